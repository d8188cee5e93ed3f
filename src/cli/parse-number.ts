/** Numbers of the command line. */

import { InvalidArgumentError } from 'commander'

/** @throws {InvalidArgumentError} unless the text is a whole number of at least 1. */
export function toWholeNumber(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= 1) return number
  throw new InvalidArgumentError('It has to be a whole number of at least 1.')
}
