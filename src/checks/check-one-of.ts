/** An option that is one of some names. */

import { ArgumentRangeError, describe } from '../errors.js'

/** @throws {ArgumentRangeError} `INVALID_OPTION` unless the value is one of those there are. */
export function checkOneOf(option: string, value: unknown, values: readonly unknown[]): void {
  if (values.includes(value)) return
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    `${option} is ${describe(value)}; it takes ${values.map(describe).join(', ')}.`,
  )
}
