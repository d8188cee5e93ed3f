/** The errors of the command line itself. The library's errors have their own codes. */

/**
 * The reason for an error.
 *
 * - `USAGE`: the arguments are wrong.
 * - `INVALID_INPUT`: the input cannot be read as texts.
 * - `READ_FAILED`, `WRITE_FAILED`: the system refused to read or write a file.
 * - `OUTPUT_EXISTS`: the output exists, or is an unfinished output of other input or other options.
 * - `WRONG_INDEX`: the file to search is not what `embed` writes, or was written with another model.
 * - `BENCH_FAILED`: a setting could not be measured.
 * - `LISTEN_FAILED`: the system refused the address or the port of the server.
 * - `INTERRUPTED`: stopped by Ctrl-C.
 */
export type CommandErrorCode =
  | 'USAGE'
  | 'INVALID_INPUT'
  | 'READ_FAILED'
  | 'WRITE_FAILED'
  | 'OUTPUT_EXISTS'
  | 'WRONG_INDEX'
  | 'BENCH_FAILED'
  | 'LISTEN_FAILED'
  | 'INTERRUPTED'

/** An error whose message is printed as it is. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  /** The reason, for programs. */
  readonly code: CommandErrorCode

  constructor(code: CommandErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
