/** Cuts a text that is too long for the model into overlapping windows, and averages their vectors. */

import { checkWholeNumber } from '../checks/check-whole-number.js'
import { ArgumentRangeError } from '../errors.js'
import type { Encoding } from '../text/encoding.js'

/** All sizes are numbers of tokens. */
export interface WindowSize {
  /** Size of a window, special tokens and prompt included. */
  readonly maxLength: number
  readonly specialTokens: number
  /** Size of the prompt: the first tokens of a text, repeated in each window. */
  readonly promptTokens: number
  /** Number of tokens shared with the previous window. */
  readonly overlap: number
}

/**
 * Default share of a window that overlaps with the previous one. A share, so that short windows still advance. Of 510
 * tokens it is 63, two or three sentences: nearly every sentence is whole in some window, for an eighth more work.
 */
const defaultOverlapShare = 1 / 8

/**
 * Checks the sizes, and chooses a default overlap.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION` if prompt and special tokens leave no room for tokens of the text, or
 *   the overlap fills a window.
 */
export function resolveWindowSize(
  size: Omit<WindowSize, 'overlap'> & { readonly overlap: number | undefined },
): WindowSize {
  const { maxLength, specialTokens, promptTokens } = size
  const room = maxLength - specialTokens - promptTokens
  if (room < 1)
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `maxLength ${maxLength} has no room for a text after ${specialTokens} special tokens and ${promptTokens} of the prompt.`,
    )
  const overlap = size.overlap ?? Math.floor(room * defaultOverlapShare)
  // Each window has to have at least one token that the previous one lacks.
  checkWholeNumber('windowOverlap', overlap, { min: 0, max: room - 1 })
  return { ...size, overlap }
}

/**
 * Cuts the encoding of a whole text. A text that fits is returned as its only window.
 *
 * The windows are those of the Rust tokenizers library with `overlap` as its `stride`: all but the last are full.
 * Special tokens and prompt are in each window, because the model sees each window as a separate text, and a model
 * trained with a prompt expects it before every text.
 */
export function cutWindows(
  encoding: Encoding,
  { maxLength, specialTokens, promptTokens, overlap }: WindowSize,
): readonly Encoding[] {
  const { length } = encoding.ids
  if (length <= maxLength) return [encoding]
  const room = maxLength - specialTokens - promptTokens
  const before = encoding.specialTokensMask.indexOf(0)
  const head = before + promptTokens
  const end = length - (specialTokens - before)
  const windows: Encoding[] = []
  for (let start = head; start === head || start + overlap < end; start += room - overlap)
    windows.push(
      joinRanges(encoding, [
        [0, head],
        [start, Math.min(start + room, end)],
        [end, length],
      ]),
    )
  return windows
}

const noTokens: readonly string[] = []

/** Concatenates ranges of an encoding. */
function joinRanges(
  { ids, tokenTypeIds, tokens, specialTokensMask }: Encoding,
  ranges: readonly (readonly [start: number, end: number])[],
): Encoding {
  const join = <T extends Int32Array | Uint8Array>(values: T, joined: T): T => {
    let next = 0
    for (const [start, end] of ranges) {
      joined.set(values.subarray(start, end), next)
      next += end - start
    }
    return joined
  }
  const length = ranges.reduce((sum, [start, end]) => sum + end - start, 0)
  return {
    ids: join(ids, new Int32Array(length)),
    tokenTypeIds: join(tokenTypeIds, new Int32Array(length)),
    tokens: noTokens.concat(...ranges.map(([start, end]) => tokens.slice(start, end))),
    specialTokensMask: join(specialTokensMask, new Uint8Array(length)),
    truncatedTokens: 0,
  }
}

export interface WindowMean {
  /** Adds a window's vector, in any order. Returns the text's vector after the last window, `undefined` before. */
  add(vector: Float32Array, tokens: number): Float32Array | undefined
}

/**
 * Averages the vectors of a text's windows, each weighted by its pooled tokens: with mean pooling, this is the mean
 * over the tokens of all windows. The vector of a single window is returned unchanged.
 *
 * Sums are in float64, where the product of a float32 and a token count is exact, and the sum of such products nearly
 * always is, so that the order does not matter.
 */
export function createWindowMean(windows: number): WindowMean {
  let sums: Float64Array | undefined
  let weights = 0
  let missing = windows
  return {
    add(vector, tokens) {
      missing--
      if (windows === 1) return vector
      sums ??= new Float64Array(vector.length)
      for (let i = 0; i < vector.length; i++) sums[i] = sums[i]! + tokens * vector[i]!
      weights += tokens
      return missing > 0 ? undefined : Float32Array.from(sums, (sum) => sum / weights)
    },
  }
}
