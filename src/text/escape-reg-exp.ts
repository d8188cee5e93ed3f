/** Escapes a string for use in a regular expression. `RegExp.escape` is newer than the engines we support. */

export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
