/** Checks that an option counts something. */

import { ArgumentRangeError, describe } from '../errors.js'

/** @throws {ArgumentRangeError} `INVALID_OPTION` unless `value` is a whole number from `least` to `most` */
export function checkWholeNumber(
  option: string,
  value: unknown,
  { least = 1, most = Number.MAX_SAFE_INTEGER }: { readonly least?: number; readonly most?: number } = {},
): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    `${option} is ${describe(value)}, not a whole number from ${least} to ${most}.`,
  )
}
