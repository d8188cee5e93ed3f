/** The check of options that count something. Separate from option-kinds.ts: together they cost a page a chunk more. */

import { ArgumentRangeError, describe } from '../errors.js'

/** @throws {ArgumentRangeError} `INVALID_OPTION` unless `value` is a whole number from `min` to `max`. */
export function checkWholeNumber(
  option: string,
  value: unknown,
  { min = 1, max = Number.MAX_SAFE_INTEGER }: { readonly min?: number; readonly max?: number } = {},
): void {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    `${option} is ${describe(value)}, not a whole number from ${min} to ${max}.`,
  )
}
