/** Truncation of a text or a pair of texts to a maximum number of tokens. */

import { ArgumentRangeError } from '../errors.js'
import type { Tokens } from './models/tokenizer-model.js'
import type { TextTokens } from './text-to-tokens.js'

/** Which text of a pair is truncated. `longest_first` shortens the longer text to the other's length, then both. */
export type Truncation = 'longest_first' | 'only_first' | 'only_second'

/** The end of a text at which tokens are removed. */
export type TruncationSide = 'left' | 'right'

/**
 * Returns the numbers of tokens that are kept of a text and its pair, by the rules of the Rust tokenizers library.
 *
 * @param first Number of tokens of the first text, without special tokens.
 * @param second Number of tokens of the second text; `undefined` without a second text.
 * @param limit Maximum number of tokens of both texts together.
 * @throws {ArgumentRangeError} `INVALID_OPTION` for `only_second` without a second text; `TEXT_TOO_LONG` when the only
 *   text that may be truncated would lose all of its tokens.
 */
export function truncatedLengths(
  first: number,
  second: number | undefined,
  { limit, truncation }: { readonly limit: number; readonly truncation: Truncation },
): readonly [first: number, second: number] {
  if (limit === 0) return [0, 0]
  if (first + (second ?? 0) <= limit) return [first, second ?? 0]
  if (truncation === 'longest_first')
    return second === undefined ? [limit, 0] : longestFirst(first, second, limit)
  if (truncation === 'only_first') return [checkRoomLeft(limit - (second ?? 0), truncation), second ?? 0]
  if (second !== undefined) return [first, checkRoomLeft(limit - first, truncation)]
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    'truncation is only_second, but there is no second text: pass textPair or omit the option.',
  )
}

/**
 * Returns the number of tokens that the Rust library (0.23) produces of a text before it truncates a pair. It stops
 * after the word that reaches `maxLength`, and compares the lengths of the pair only then. Added tokens are found
 * earlier, so they do not stop it.
 */
export function countTokensSeen(
  { ids, wordStarts, wordEnds }: Pick<TextTokens, 'ids' | 'wordStarts' | 'wordEnds'>,
  maxLength: number,
  side: TruncationSide,
): number {
  if (side === 'right') return wordEnds.find((end) => end >= maxLength) ?? ids.length
  const start = wordStarts.findLast((start) => ids.length - start >= maxLength) ?? 0
  return ids.length - start
}

/** Keeps `length` tokens. */
export function truncateTokens({ ids, tokens }: Tokens, length: number, side: TruncationSide): Tokens {
  if (length >= ids.length) return { ids, tokens }
  const start = side === 'right' ? 0 : ids.length - length
  return { ids: ids.slice(start, start + length), tokens: tokens.slice(start, start + length) }
}

function longestFirst(first: number, second: number, limit: number): readonly [number, number] {
  const short = Math.min(first, second)
  if (2 * short <= limit) return first <= second ? [short, limit - short] : [limit - short, short]
  const half = Math.floor(limit / 2)
  return first <= second ? [half, limit - half] : [limit - half, half]
}

function checkRoomLeft(room: number, truncation: Truncation): number {
  if (room > 0) return room
  throw new ArgumentRangeError(
    'TEXT_TOO_LONG',
    `truncation is ${truncation}, but the other text and the special tokens leave no room for the text that may be truncated: use longest_first or a larger maxLength.`,
  )
}
