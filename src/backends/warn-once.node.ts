/** Emits Node's process warnings, each only once. */

import process from 'node:process'

const emitted = new Set<string>()

/** Emits a Node warning, unless one with the same code was emitted before. */
export function warnOnce(code: string, message: string): void {
  if (emitted.has(code)) return
  emitted.add(code)
  process.emitWarning(message, { code })
}
