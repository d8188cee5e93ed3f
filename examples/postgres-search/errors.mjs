/** Errors that the user of a program can correct, and how all errors are printed. */

/** Makes an error that ends a program with one line, without a stack. */
export function userError(code, message) {
  return Object.assign(new Error(message), { code })
}

/** Prints one line. Messages of Postgres, pg-boss and bert-embed contain no texts of documents. */
export function printError(error) {
  // Node reports a refused connection as one error for each address of the host.
  const { code, message } = error.errors?.[0] ?? error
  console.error(code === undefined ? message : `${code}: ${message}`)
}
