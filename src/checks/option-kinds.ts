/** Checks of values that only some options have. Apart from check-options.ts, which a page loads at once. */

import { wrongKind } from './check-options.js'

/** Names and paths, where an empty string can only be a mistake. */
export function checkName(option: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '') throw wrongKind(option, value, 'a string that is not empty')
}

/** What callers may make themselves: sources, backends, caches. */
export function checkMethods(option: string, value: unknown, methods: readonly string[]): void {
  const missing = methods.find(
    (method) => typeof (value as Record<string, unknown> | null | undefined)?.[method] !== 'function',
  )
  if (missing) throw wrongKind(option, value, `an object with the method ${missing}`)
}

/** A duration, or a number of times; Infinity is one too. */
export function checkAmount(option: string, value: unknown): void {
  if (!(typeof value === 'number' && value >= 0)) throw wrongKind(option, value, 'a number from 0')
}
