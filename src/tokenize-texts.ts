/** Texts to tokens under an embedder's settings. */

import { nextTask } from './batching/next-task.js'
import { checkOneOf } from './check-one-of.js'
import type { Tokenization, TokenizeOptions } from './embedder.js'
import { checkMaxLength, type EmbedderSettings } from './embedder-settings.js'
import { ArgumentRangeError } from './errors.js'
import type { Encoding } from './text/encoding.js'
import { padEncodings } from './text/pad.js'
import type { Tokenizer } from './text/tokenizer.js'

interface TokenizeContext {
  readonly tokenizer: Tokenizer
  readonly settings: EmbedderSettings
}

/**
 * Characters encoded before the event loop may turn: some 5 ms, of the 16 that a page has for a frame.
 * A single longer text is encoded in one piece.
 */
const charactersPerTask = 8192

/** Encodes texts, each cut to the length there is room for, in stretches between which the event loop turns. */
export function createPacedEncoder(
  options: TokenizeOptions & { readonly signal?: AbortSignal | undefined },
  context: TokenizeContext,
): (text: string, index: number) => Promise<Encoding> {
  const encode = createEncoder(options, context)
  let characters = 0
  return async (text, index) => {
    characters += text.length
    if (characters > charactersPerTask && characters > text.length) {
      await nextTask()
      options.signal?.throwIfAborted()
      characters = text.length
    }
    return encode(text, index)
  }
}

function createEncoder(options: TokenizeOptions, { tokenizer, settings }: TokenizeContext) {
  const { maxLength = settings.maxLength, overflow = 'truncate' } = options
  checkMaxLength(maxLength, settings)
  checkOneOf('overflow', overflow, ['truncate', 'error'])
  return (text: string, index: number): Encoding => {
    const encoding = tokenizer.encode(text, { maxLength })
    if (overflow === 'error' && encoding.truncatedTokens > 0)
      throw new ArgumentRangeError(
        'TEXT_TOO_LONG',
        `Text ${index} has ${encoding.ids.length + encoding.truncatedTokens} tokens; at most ${maxLength} fit.`,
      )
    return encoding
  }
}

/** All texts in one matrix, padded as the tokenizer's own files say. */
export function tokenizeTexts(
  texts: readonly string[],
  options: TokenizeOptions,
  context: TokenizeContext,
): Tokenization {
  const { padding = 'longest', maxLength = context.settings.maxLength } = options
  checkOneOf('padding', padding, ['longest', 'max_length'])
  const encodings = texts.map(createEncoder(options, context))
  const { padToken, paddingSide } = context.tokenizer
  const length = padding === 'max_length' ? maxLength : undefined
  return {
    ...padEncodings(encodings, { padToken, paddingSide, length }),
    tokens: encodings.map(({ tokens }) => tokens),
    truncatedTokens: encodings.map(({ truncatedTokens }) => truncatedTokens),
  }
}
