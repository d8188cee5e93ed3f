/** Checks of values that few options take. Separate from check-options.ts, which a page loads at once. */

import { wrongKind } from './check-options.js'

/** Checks a name or a path, for which an empty string is a mistake. */
export function checkName(option: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '') throw wrongKind(option, value, 'a string that is not empty')
}

/** Checks an object that callers may implement: a source, a backend or a cache. */
export function checkMethods(option: string, value: unknown, methods: readonly string[]): void {
  const missing = methods.find(
    (method) => typeof (value as Record<string, unknown> | null | undefined)?.[method] !== 'function',
  )
  if (missing) throw wrongKind(option, value, `an object with the method ${missing}`)
}

/** Checks a duration or a number of retries. Infinity is allowed. */
export function checkAmount(option: string, value: unknown): void {
  if (!(typeof value === 'number' && value >= 0)) throw wrongKind(option, value, 'a number from 0')
}
