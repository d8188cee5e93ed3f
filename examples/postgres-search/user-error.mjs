/** An error that the user of a program can correct. It is printed as one line, without a stack. */
export function userError(code, message) {
  return Object.assign(new Error(message), { code })
}
