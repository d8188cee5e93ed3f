/** Emits Node's process warnings, each only once. */

import process from 'node:process'

const given = new Set<string>()

/** Emits a Node warning, unless one with the same code was emitted before. */
export function warnOnce(code: string, message: string): void {
  if (given.has(code)) return
  given.add(code)
  process.emitWarning(message, { code })
}
