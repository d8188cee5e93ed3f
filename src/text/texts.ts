/** What callers pass as texts, checked. */

import { ArgumentTypeError, describe } from '../errors.js'

/**
 * One text or a list of texts, as a list.
 *
 * @throws {ArgumentTypeError} `INVALID_TEXT`, naming the index of what is no string.
 */
export function checkTexts(texts: string | readonly string[]): readonly string[] {
  if (typeof texts === 'string') return [texts]
  if (!Array.isArray(texts))
    throw new ArgumentTypeError(
      'INVALID_TEXT',
      `Expected a string or an array of strings, found ${describe(texts)}.`,
    )
  const wrong = texts.findIndex((text) => typeof text !== 'string')
  if (wrong !== -1)
    throw new ArgumentTypeError('INVALID_TEXT', `Text ${wrong} is ${describe(texts[wrong])}, not a string.`)
  return texts
}
