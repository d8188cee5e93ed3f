/** Encodes long texts in steps, between which the caller can yield to the event loop. */

import type { Steps } from '../../async/steps.js'
import type { EncodeOptions } from '../encode-options.js'
import type { Encoding } from '../encoding.js'
import type { Tokenizer } from '../tokenizer.js'

export interface EncodeInStepsOptions {
  /** Maximum number of tokens, special tokens included. @default no limit */
  readonly maxLength?: number | undefined
  /** Tokenize the whole text, to count the tokens that truncation removes. @default false */
  readonly countsAll?: boolean | undefined
}

/**
 * A tokenizer's `encode` that can also work in steps. `inSteps` is a property of the function, not of the tokenizer, so
 * that a caller who replaces `encode` also replaces `inSteps`.
 */
export interface StepwiseEncode {
  (text: string, options?: EncodeOptions): Encoding
  /**
   * Encodes one text in steps of about a millisecond, with the same result as the function. Without `countsAll`, it
   * reads little more of the text than it keeps; `truncatedTokens` of a truncated text is then only a number above 0.
   */
  readonly inSteps: (text: string, options?: EncodeInStepsOptions) => Steps<Encoding>
}

/** Encodes a text in the tokenizer's steps, or in one step with a tokenizer without them. */
export function* encodeInSteps(
  tokenizer: Tokenizer,
  text: string,
  options: EncodeInStepsOptions = {},
): Steps<Encoding> {
  const { inSteps } = tokenizer.encode as Partial<StepwiseEncode>
  return inSteps ? yield* inSteps(text, options) : tokenizer.encode(text, { maxLength: options.maxLength })
}
