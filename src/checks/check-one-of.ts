/**
 * The check of options that take one of some names. Separate from option-kinds.ts: together they cost a page a chunk
 * more.
 */

import { ArgumentRangeError, describe } from '../errors.js'

/** @throws {ArgumentRangeError} `INVALID_OPTION` unless `values` includes `value`. */
export function checkOneOf(option: string, value: unknown, values: readonly unknown[]): void {
  if (values.includes(value)) return
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    `${option} is ${describe(value)}; it takes ${values.map(describe).join(', ')}.`,
  )
}
