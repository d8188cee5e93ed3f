/** Checks the token ids that callers pass. */

import { ArgumentRangeError, ArgumentTypeError, describe } from '../errors.js'

interface IdLimits {
  readonly vocabSize: number
  /** Maximum number of ids per list. */
  readonly maxLength: number
}

/**
 * Returns copies of lists of ids.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TEXT` when a list is empty or an id is not in the
 *   vocabulary, `TEXT_TOO_LONG` when a list has too many ids. The message names the list by its index.
 */
export function checkIdLists(
  lists: readonly (Int32Array | readonly number[])[],
  { vocabSize, maxLength }: IdLimits,
): Int32Array[] {
  if (!Array.isArray(lists))
    throw new ArgumentTypeError(
      'INVALID_TEXT',
      `Expected an array of lists of ids, found ${describe(lists)}.`,
    )
  // Unlike `map`, it also calls back for the holes of a sparse array.
  return Array.from(lists, (ids, index) => {
    if (!Array.isArray(ids) && !(ids instanceof Int32Array))
      throw new ArgumentTypeError('INVALID_TEXT', `List ${index} is ${describe(ids)}, not a list of ids.`)
    if (ids.length === 0) throw new ArgumentRangeError('INVALID_TEXT', `List ${index} has no ids.`)
    if (ids.length > maxLength)
      throw new ArgumentRangeError(
        'TEXT_TOO_LONG',
        `List ${index} has ${ids.length} ids, more than the ${maxLength} that fit, special tokens included.`,
      )
    const wrong = ids.findIndex((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize)
    if (wrong === -1) return Int32Array.from(ids)
    throw new ArgumentRangeError(
      'INVALID_TEXT',
      `Id ${wrong} of list ${index} is ${describe(ids[wrong])}, not a whole number from 0 to ${vocabSize - 1}.`,
    )
  })
}
