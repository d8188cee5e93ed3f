/** How many tokens of a text, or of a pair of texts, are kept when there is no room for all. */

import { ArgumentRangeError } from '../errors.js'
import type { Tokens } from './models/tokenizer-model.js'
import type { TextTokens } from './text-to-tokens.js'

/** Which text of a pair gives way: the longer one until both are as long, then both; or only one of them. */
export type Truncation = 'longest_first' | 'only_first' | 'only_second'

/** The end at which tokens are cut off. */
export type TruncationSide = 'left' | 'right'

/**
 * The lengths, in tokens, to which a text and its pair are cut so that both fit `limit`: the rules of the Rust
 * tokenizers library.
 *
 * @param first Tokens of the first text, special tokens not counted.
 * @param second Tokens of the second text; `undefined` when there is none.
 * @param limit Room for the tokens of both.
 * @throws {ArgumentRangeError} `INVALID_OPTION` for only_second without a second text, `TEXT_TOO_LONG` when the one
 *   text that may be cut would lose all of its tokens.
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
    'truncation is only_second, but there is no second text: give textPair or leave the option out.',
  )
}

/**
 * How many tokens of a text Rust (0.23) makes when it need not make more than `maxLength`: it stops after the word that
 * reaches it, and only then compares the lengths of a pair. Added tokens are made in advance, and stop nothing.
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

/** The tokens that are left when `length` of them are kept. */
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
    `truncation is ${truncation}, but the other text and the special tokens leave no room for that one: use longest_first or a larger maxLength.`,
  )
}
