/** Texts to tokens under an embedder's settings. */

import { nextTask } from '../batching/next-task.js'
import { ArgumentRangeError } from '../errors.js'
import type { Encoding } from '../text/encoding.js'
import { padEncodings } from '../text/pad.js'
import type { Tokenizer } from '../text/tokenizer.js'
import type { Tokenization, TokenizeOptions } from './embedder.js'
import { checkMaxLength, type EmbedderSettings } from './embedder-settings.js'
import { createWindowCutter } from './token-windows.js'

interface TokenizeContext {
  readonly tokenizer: Tokenizer
  readonly settings: EmbedderSettings
}

/**
 * Characters encoded before the event loop may turn: a millisecond, but some ten while the code is new, or while other
 * threads have all processors. A single longer text is encoded in one piece, unless it is cut into windows.
 */
const charactersPerTask = 2048

/** Of a text that is cut into windows, where each piece costs tokens that are encoded twice. */
const charactersPerPiece = 8192

export interface PacedEncodeOptions extends Omit<TokenizeOptions, 'padding'> {
  /** Put before every text. */
  readonly prompt: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Encodes texts in stretches between which the event loop turns. Each gives one encoding, cut to the length there is
 * room for, or one for each window.
 */
export function createPacedEncoder(
  { prompt, signal, ...options }: PacedEncodeOptions,
  context: TokenizeContext,
): (text: string, index: number) => Promise<readonly Encoding[]> {
  const { encode, encodeLong } = createEncoder(options, context, prompt)
  let characters = 0
  async function pause(): Promise<void> {
    await nextTask()
    signal?.throwIfAborted()
    characters = 0
  }
  return async (text, index) => {
    const whole = prompt + text
    if (characters > 0 && characters + whole.length > charactersPerTask) await pause()
    characters += whole.length
    const isLong = context.tokenizer.encodesPieces && whole.length > charactersPerPiece
    return encodeLong && isLong ? encodeLong(whole, pause) : encode(whole, index)
  }
}

/**
 * All texts in one matrix, padded as the tokenizer's own files say: a row for each text, or for each window. It is done
 * in one go, however long the texts are.
 */
export function tokenizeTexts(
  texts: readonly string[],
  options: TokenizeOptions,
  context: TokenizeContext,
): Tokenization {
  const { padding = 'longest', maxLength = context.settings.maxLength } = options
  const { encode } = createEncoder(options, context)
  const rows = texts.flatMap((text, index) => encode(text, index).map((encoding) => ({ encoding, index })))
  const encodings = rows.map(({ encoding }) => encoding)
  const { padToken, paddingSide } = context.tokenizer
  const length = padding === 'max_length' ? maxLength : undefined
  return {
    ...padEncodings(encodings, { padToken, paddingSide, length }),
    tokens: encodings.map(({ tokens }) => tokens),
    truncatedTokens: encodings.map(({ truncatedTokens }) => truncatedTokens),
    textIndices: rows.map(({ index }) => index),
  }
}

interface Encoder {
  readonly encode: (text: string, index: number) => readonly Encoding[]
  /** For windows, of which a text may have thousands: awaits `pause` between stretches of the text. */
  readonly encodeLong?: (text: string, pause: () => Promise<void>) => Promise<readonly Encoding[]>
}

function createEncoder(
  options: TokenizeOptions,
  { tokenizer, settings }: TokenizeContext,
  prompt = '',
): Encoder {
  const { maxLength = settings.maxLength, overflow = 'truncate', windowOverlap: overlap } = options
  checkMaxLength(maxLength, settings)
  if (overflow === 'windows') {
    const promptTokens = tokenizer.encode(prompt, { addSpecialTokens: false }).ids.length
    const { specialTokens } = settings
    const cut = createWindowCutter({ maxLength, specialTokens, promptTokens, overlap })
    return {
      encode: (text) => cut(tokenizer.encode(text)),
      async encodeLong(text, pause) {
        const { encodeInPieces } = await import('./encode-in-pieces.js')
        const encoding = await encodeInPieces(text, {
          tokenizer,
          pieceCharacters: charactersPerPiece,
          pause,
        })
        await pause()
        return cut(encoding)
      },
    }
  }
  return {
    encode(text, index) {
      const encoding = tokenizer.encode(text, { maxLength })
      if (overflow === 'error' && encoding.truncatedTokens > 0)
        throw new ArgumentRangeError(
          'TEXT_TOO_LONG',
          `Text ${index} has ${encoding.ids.length + encoding.truncatedTokens} tokens; at most ${maxLength} fit.`,
        )
      return [encoding]
    },
  }
}
