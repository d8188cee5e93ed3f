/** Long texts to tokens in steps, between which others may have their turn. */

import type { Steps } from '../../async/steps.js'
import type { EncodeOptions } from '../encode-options.js'
import type { Encoding } from '../encoding.js'
import type { Tokenizer } from '../tokenizer.js'

export interface EncodeInStepsOptions {
  /** In tokens, the special tokens included. @default no limit */
  readonly maxLength?: number | undefined
  /** Read the whole text, to count the tokens that are left out. @default false */
  readonly countsAll?: boolean | undefined
}

/**
 * A tokenizer's `encode` that also works in steps. They belong to the function, not to the tokenizer: whoever puts an
 * `encode` of their own in its place does without them.
 */
export interface StepwiseEncode {
  (text: string, options?: EncodeOptions): Encoding
  /**
   * What the function gives for a text without a pair, in steps of about a millisecond. Unless `countsAll`, it reads
   * little more of a text than it keeps: `truncatedTokens` is then only known to be more than 0.
   */
  readonly inSteps: (text: string, options?: EncodeInStepsOptions) => Steps<Encoding>
}

/** In one step where the tokenizer has no others. */
export function* encodeInSteps(
  tokenizer: Tokenizer,
  text: string,
  options: EncodeInStepsOptions = {},
): Steps<Encoding> {
  const { inSteps } = tokenizer.encode as Partial<StepwiseEncode>
  return inSteps ? yield* inSteps(text, options) : tokenizer.encode(text, { maxLength: options.maxLength })
}
