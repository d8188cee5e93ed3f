/** Checks the texts that callers pass. */

import { ArgumentTypeError, describe } from '../errors.js'

/**
 * Returns one text or a list of texts as a list.
 *
 * @throws {ArgumentTypeError} `INVALID_TEXT`, with the index of a text that is not a string.
 */
export function checkTexts(texts: string | readonly string[]): readonly string[] {
  if (typeof texts === 'string') return [texts]
  if (!Array.isArray(texts))
    throw new ArgumentTypeError(
      'INVALID_TEXT',
      `Expected a string or an array of strings, found ${describe(texts)}.`,
    )
  for (const [index, text] of texts.entries()) checkTextAt(text, index)
  return texts
}

/**
 * Returns a text of a list or a stream.
 *
 * @throws {ArgumentTypeError} `INVALID_TEXT`, with its index, when it is not a string.
 */
export function checkTextAt(text: unknown, index: number): string {
  if (typeof text === 'string') return text
  throw new ArgumentTypeError('INVALID_TEXT', `Text ${index} is ${describe(text)}, not a string.`)
}

/**
 * Checks a text that is passed to `encode`.
 *
 * @throws {ArgumentTypeError} `INVALID_TEXT` when it is not a string.
 */
export function checkText(text: unknown, name: 'text' | 'textPair'): asserts text is string {
  if (typeof text !== 'string')
    throw new ArgumentTypeError('INVALID_TEXT', `${name} has to be a string, not ${describe(text)}.`)
}
