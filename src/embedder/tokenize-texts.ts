/** Texts to tokens under an embedder's settings. */

import { nextTask } from '../async/next-task.js'
import { ArgumentRangeError } from '../errors.js'
import type { Encoding } from '../text/encoding.js'
import { encodeInSteps } from '../text/long-texts/encode-in-steps.js'
import { padEncodings } from '../text/pad.js'
import type { Tokenizer } from '../text/tokenizer.js'
import { checkMaxLength, type EmbedderSettings } from './embedder-settings.js'
import type { Tokenization, TokenizeOptions } from './embedder-types.js'
import { createWindowCutter } from './token-windows.js'

export interface TokenizeContext {
  readonly tokenizer: Tokenizer
  readonly settings: EmbedderSettings
}

/**
 * Characters encoded before the event loop may turn: a millisecond, but some ten while the code is new, or while other
 * threads have all processors. A longer text is encoded in steps of as many.
 */
const charactersPerTask = 2048

export interface PacedEncodeOptions extends Omit<TokenizeOptions, 'padding'> {
  /** Put before every text. @default '' */
  readonly prompt?: string
  /** Read texts to their end, to count the tokens that are left out. @default false */
  readonly countsAll?: boolean
  readonly signal?: AbortSignal | undefined
}

/** Encodes a text; each gives one encoding, cut to the length there is room for, or one for each window. */
export type PacedEncode = (text: string, index: number) => Promise<readonly Encoding[]>

/** Encodes texts in steps between which the event loop turns, and a signal ends them. */
export function createPacedEncoder(
  { signal, ...options }: PacedEncodeOptions,
  context: TokenizeContext,
): PacedEncode {
  const { prompt = '' } = options
  const { encodeInSteps } = createEncoder(options, context)
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
    const steps = encodeInSteps(whole, index)
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value
      await pause()
    }
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
  const { encode } = createEncoder(options, context)
  return toTokenization(texts.map(encode), options, context)
}

/** One matrix of what was encoded. */
export function toTokenization(
  windows: readonly (readonly Encoding[])[],
  { padding = 'longest', maxLength }: TokenizeOptions,
  { tokenizer, settings }: TokenizeContext,
): Tokenization {
  const rows = windows.flatMap((encodings, index) => encodings.map((encoding) => ({ encoding, index })))
  const encodings = rows.map(({ encoding }) => encoding)
  const { padToken, paddingSide } = tokenizer
  const length = padding === 'max_length' ? (maxLength ?? settings.maxLength) : undefined
  return {
    ...padEncodings(encodings, { padToken, paddingSide, length }),
    tokens: encodings.map(({ tokens }) => tokens),
    truncatedTokens: encodings.map(({ truncatedTokens }) => truncatedTokens),
    textIndices: rows.map(({ index }) => index),
  }
}

interface Encoder {
  readonly encode: (text: string, index: number) => readonly Encoding[]
  readonly encodeInSteps: (
    text: string,
    index: number,
  ) => Generator<undefined, readonly Encoding[], undefined>
}

function createEncoder(
  options: Omit<PacedEncodeOptions, 'signal'>,
  { tokenizer, settings }: TokenizeContext,
): Encoder {
  const { maxLength = settings.maxLength, overflow = 'truncate', windowOverlap: overlap } = options
  const { prompt = '', countsAll } = options
  checkMaxLength(maxLength, settings)
  if (overflow === 'windows') {
    const promptTokens = tokenizer.encode(prompt, { addSpecialTokens: false }).ids.length
    const { specialTokens } = settings
    const cut = createWindowCutter({ maxLength, specialTokens, promptTokens, overlap })
    return {
      encode: (text) => cut(tokenizer.encode(text)),
      *encodeInSteps(text) {
        const encoding = yield* encodeInSteps(tokenizer, text)
        yield
        return cut(encoding)
      },
    }
  }
  function checked(encoding: Encoding, index: number): readonly Encoding[] {
    if (overflow === 'error' && encoding.truncatedTokens > 0)
      throw new ArgumentRangeError(
        'TEXT_TOO_LONG',
        `Text ${index} has more than the ${maxLength} tokens that fit, special tokens included.`,
      )
    return [encoding]
  }
  return {
    encode: (text, index) => checked(tokenizer.encode(text, { maxLength }), index),
    *encodeInSteps(text, index) {
      return checked(yield* encodeInSteps(tokenizer, text, { maxLength, countsAll }), index)
    },
  }
}
