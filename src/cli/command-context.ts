/** What every command gets from the command line. */
export interface CommandContext {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}
