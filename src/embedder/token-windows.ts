/** A text too long for the model, cut into overlapping windows of its tokens. */

import { checkWholeNumber } from '../checks/check-whole-number.js'
import { ArgumentRangeError } from '../errors.js'
import type { Encoding } from '../text/encoding.js'

export interface WindowOptions {
  /** Tokens of a window, special tokens and prompt included. */
  readonly maxLength: number
  /** Special tokens of a window. */
  readonly specialTokens: number
  /** How many of the text's first tokens are its prompt's, which stand in each window. */
  readonly promptTokens: number
  /** Tokens that a window shares with the one before. @default an eighth of those there is room for */
  readonly overlap?: number | undefined
}

/** Cuts encodings of whole texts; one that fits is its own only window. */
export type WindowCutter = (encoding: Encoding) => readonly Encoding[]

/**
 * How much of a window is shared with the one before unless told otherwise: a share, so that short windows do not shrink.
 * Of 510 tokens it is 63, two or three sentences: nearly every sentence stands whole in some window, for an eighth more work.
 */
const defaultOverlapShare = 1 / 8

/**
 * Windows as the Rust tokenizers library cuts them with `stride` tokens of overlap: full ones from the text's start, the
 * last one as long as what is left. Special tokens and prompt stand in each, because each is a text of its own to the
 * model, and models trained with a prompt have seen it before every text.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION` when no token of a text fits beside prompt and special tokens, or the
 *   overlap leaves a window nothing of its own.
 */
export function createWindowCutter(options: WindowOptions): WindowCutter {
  const { maxLength, specialTokens, promptTokens } = options
  const room = maxLength - specialTokens - promptTokens
  if (room < 1)
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `maxLength is ${maxLength}, of which the special tokens take ${specialTokens} and the prompt ${promptTokens}: there is no room for windows of a text.`,
    )
  const overlap = options.overlap ?? Math.floor(room * defaultOverlapShare)
  // A window without a token of its own would get no further.
  checkWholeNumber('windowOverlap', overlap, { min: 0, max: room - 1 })

  return (encoding) => {
    const { length } = encoding.ids
    if (length <= maxLength) return [encoding]
    const before = encoding.specialTokensMask.indexOf(0)
    const head = before + promptTokens
    const end = length - (specialTokens - before)
    const windows: Encoding[] = []
    for (let start = head; start === head || start + overlap < end; start += room - overlap)
      windows.push(
        joinParts(encoding, [
          [0, head],
          [start, Math.min(start + room, end)],
          [end, length],
        ]),
      )
    return windows
  }
}

const noTokens: readonly string[] = []

/** Stretches of an encoding after each other. */
function joinParts(
  { ids, tokenTypeIds, tokens, specialTokensMask }: Encoding,
  parts: readonly (readonly [start: number, end: number])[],
): Encoding {
  const join = <T extends Int32Array | Uint8Array>(values: T, joined: T): T => {
    let next = 0
    for (const [start, end] of parts) {
      joined.set(values.subarray(start, end), next)
      next += end - start
    }
    return joined
  }
  const length = parts.reduce((sum, [start, end]) => sum + end - start, 0)
  return {
    ids: join(ids, new Int32Array(length)),
    tokenTypeIds: join(tokenTypeIds, new Int32Array(length)),
    tokens: noTokens.concat(...parts.map(([start, end]) => tokens.slice(start, end))),
    specialTokensMask: join(specialTokensMask, new Uint8Array(length)),
    truncatedTokens: 0,
  }
}
