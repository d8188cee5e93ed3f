/** Checks that an option counts something. */

import { ArgumentRangeError, describe } from './errors.js'

/** @throws {ArgumentRangeError} `INVALID_OPTION` unless `value` is a whole number from 1 to `most` */
export function checkWholeNumber(option: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    `${option} is ${describe(value)}, not a whole number from 1 to ${most}.`,
  )
}
