/** Texts to tokens under an embedder's settings. */

import type { Tokenization, TokenizeOptions } from './embedder.js'
import { checkMaxLength, checkOneOf, type EmbedderSettings } from './embedder-settings.js'
import { ArgumentRangeError } from './errors.js'
import type { Encoding } from './text/encoding.js'
import { padEncodings } from './text/pad.js'
import type { Tokenizer } from './text/tokenizer.js'

interface TokenizeContext {
  readonly tokenizer: Tokenizer
  readonly settings: EmbedderSettings
}

/** Each text by itself, cut to the length there is room for. */
export function encodeTexts(
  texts: readonly string[],
  options: TokenizeOptions,
  { tokenizer, settings }: TokenizeContext,
): Encoding[] {
  const { maxLength = settings.maxLength, overflow = 'truncate' } = options
  checkMaxLength(maxLength, settings)
  checkOneOf('overflow', overflow, ['truncate', 'error'])
  return texts.map((text, index) => {
    const encoding = tokenizer.encode(text, { maxLength })
    if (overflow === 'error' && encoding.truncatedTokens > 0)
      throw new ArgumentRangeError(
        'TEXT_TOO_LONG',
        `Text ${index} has ${encoding.ids.length + encoding.truncatedTokens} tokens; at most ${maxLength} fit.`,
      )
    return encoding
  })
}

/** All texts in one matrix, padded as the tokenizer's own files say. */
export function tokenizeTexts(
  texts: readonly string[],
  options: TokenizeOptions,
  context: TokenizeContext,
): Tokenization {
  const { padding = 'longest', maxLength = context.settings.maxLength } = options
  checkOneOf('padding', padding, ['longest', 'max_length'])
  const encodings = encodeTexts(texts, options, context)
  const { padToken, paddingSide } = context.tokenizer
  const length = padding === 'max_length' ? maxLength : undefined
  return {
    ...padEncodings(encodings, { padToken, paddingSide, length }),
    tokens: encodings.map(({ tokens }) => tokens),
    truncatedTokens: encodings.map(({ truncatedTokens }) => truncatedTokens),
  }
}
