/** The exit codes of the command line, as docs/command-line.md lists them. */

export const exitCodes = {
  ok: 0,
  /** The command failed. */
  failed: 1,
  /** The arguments are wrong. */
  usage: 2,
  /** Ctrl-C: 128 and the number of the signal, as shells count. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
