/** How many tokens of a text, or of a pair of texts, are kept when there is no room for all. */

import { ArgumentRangeError } from '../errors.js'

/** Which text of a pair gives way: the longer one until both are as long, then both; or only one of them. */
export type Truncation = 'longest_first' | 'only_first' | 'only_second'

/** The end at which tokens are cut off. */
export type TruncationSide = 'left' | 'right'

/**
 * The lengths, in tokens, to which a text and its pair are cut so that both fit `limit`.
 *
 * The rules are those of the Rust tokenizers library 0.23, found by trying all small lengths: it first cuts each text
 * to the limit, only then compares them, and so gives an odd token to the second text where both had to be cut.
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
  if (truncation === 'only_second') {
    if (second === undefined)
      throw new ArgumentRangeError(
        'INVALID_OPTION',
        'truncation is only_second, but there is no second text: give textPair or leave the option out.',
      )
    return [first, oneCut(second, limit - first, truncation)]
  }
  const firstAtMost = Math.min(first, limit)
  const secondAtMost = Math.min(second ?? 0, limit)
  if (truncation === 'longest_first') return longestFirst(firstAtMost, secondAtMost, limit)
  if (firstAtMost + secondAtMost <= limit) return [firstAtMost, secondAtMost]
  return [oneCut(first, limit - secondAtMost, truncation), secondAtMost]
}

/** The tokens that are left when `length` of them are kept. */
export function truncateTokens<T>(tokens: T[], length: number, side: TruncationSide): T[] {
  if (length >= tokens.length) return tokens
  return side === 'right' ? tokens.slice(0, length) : tokens.slice(tokens.length - length)
}

function longestFirst(first: number, second: number, limit: number): readonly [number, number] {
  const short = Math.min(first, second)
  if (2 * short <= limit) return first <= second ? [short, limit - short] : [limit - short, short]
  const half = Math.floor(limit / 2)
  return first <= second ? [half, limit - half] : [limit - half, half]
}

function oneCut(length: number, room: number, truncation: Truncation): number {
  if (room > 0) return room
  throw new ArgumentRangeError(
    'TEXT_TOO_LONG',
    `truncation is ${truncation}, and that text, of ${length} tokens, is given room for ${Math.max(room, 0)}: use longest_first or a larger maxLength.`,
  )
}
