/** Warnings of the process, each given once. */

import process from 'node:process'

const given = new Set<string>()

/** Tells the application, through Node's own warnings, what it would not notice by itself. */
export function warnOnce(code: string, message: string): void {
  if (given.has(code)) return
  given.add(code)
  process.emitWarning(message, { code })
}
