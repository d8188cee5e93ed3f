/** How many tokens of a text, or of a pair of texts, are kept when there is no room for all. */

import { ArgumentRangeError } from '../errors.js'

/** Which text of a pair gives way: the longer one until both are as long, then both; or only one of them. */
export type Truncation = 'longest_first' | 'only_first' | 'only_second'

/** The end at which tokens are cut off. */
export type TruncationSide = 'left' | 'right'

/**
 * The lengths, in tokens, to which a text and its pair are cut so that both fit `limit`.
 *
 * The rules are those of the Rust tokenizers library (`truncate_encodings`), whose longest_first gives the odd token to
 * the second text when they were equally long, and else to the longer one.
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
  const excess = first + (second ?? 0) - limit
  if (limit === 0) return [0, 0]
  if (excess <= 0) return [first, second ?? 0]
  if (truncation === 'longest_first')
    return second === undefined ? [limit, 0] : longestFirst(first, second, limit)
  if (truncation === 'only_second' && second === undefined)
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      'truncation is only_second, but there is no second text: give textPair or leave the option out.',
    )
  const isFirst = truncation === 'only_first'
  const length = isFirst ? first : second!
  if (length <= excess)
    throw new ArgumentRangeError(
      'TEXT_TOO_LONG',
      `truncation ${truncation}: that text has ${length} tokens, and ${excess} would have to go for the pair to fit ${limit}. Use longest_first or a larger maxLength.`,
    )
  return isFirst ? [first - excess, second ?? 0] : [first, second! - excess]
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
