/** What a loaded model does unless a call says otherwise, and the checks of what a call says. */

import { ArgumentRangeError, ArgumentTypeError, BertEmbedError, describe } from './errors.js'
import type { PoolingMode } from './tensor/pooling.js'

/** What the model's files and the caller's options amount to. */
export interface EmbedderSettings extends LengthLimits {
  readonly hiddenSize: number
  readonly maxLength: number
  readonly maxBatchTokens: number
  readonly pooling: readonly PoolingMode[]
  /** What the caller asked for; it comes after `truncateDim`. */
  readonly normalize: boolean | undefined
  /** The model ends with a module that scales to length 1; it comes before `truncateDim`, as in sentence-transformers. */
  readonly endsNormalized: boolean
  readonly truncateDim: number | undefined
  readonly prompts: Readonly<Record<string, string>>
  readonly defaultPromptName: string | undefined
  readonly includePrompt: boolean
}

/** @throws {ArgumentRangeError} `INVALID_OPTION` unless there is room for the special tokens, and positions for all. */
export function checkMaxLength(maxLength: number, { positions, specialTokens }: LengthLimits): number {
  if (Number.isInteger(maxLength) && maxLength >= specialTokens && maxLength <= positions) return maxLength
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    `maxLength is ${describe(maxLength)}, not a whole number from ${specialTokens} (the special tokens) to ${positions} (the positions).`,
  )
}

export interface LengthLimits {
  /** The most tokens that the model has positions for. */
  readonly positions: number
  /** How many special tokens stand around a text. */
  readonly specialTokens: number
}

/** @throws {ArgumentTypeError} `INVALID_OPTION` */
export function checkNormalize(normalize: boolean | undefined): boolean | undefined {
  if (normalize === undefined || typeof normalize === 'boolean') return normalize
  throw new ArgumentTypeError('INVALID_OPTION', `normalize is ${describe(normalize)}, not true or false.`)
}

/** How many values of a vector to keep. @throws {ArgumentRangeError} `INVALID_OPTION` */
export function checkTruncateDim(truncateDim: number | undefined, dimension: number): number {
  if (truncateDim === undefined) return dimension
  // More than there is keeps all, as in sentence-transformers.
  if (Number.isInteger(truncateDim) && truncateDim >= 1) return Math.min(truncateDim, dimension)
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    `truncateDim is ${describe(truncateDim)}, not a whole number above 0.`,
  )
}

/**
 * What is put before each text: the option, else the first of the named prompts that the model has, else its default.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION` when the option is no string.
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` when the model leaves a prompt's tokens out of its pooling.
 */
export function promptOf(
  settings: EmbedderSettings,
  { prompt: given }: { readonly prompt?: string | undefined },
  names: readonly string[] = [],
): string {
  if (given !== undefined && typeof given !== 'string')
    throw new ArgumentTypeError('INVALID_OPTION', `prompt is ${describe(given)}, not a string.`)
  const name = [...names, settings.defaultPromptName].find(
    (candidate) => candidate !== undefined && settings.prompts[candidate] !== undefined,
  )
  const prompt = given ?? (name === undefined ? '' : settings.prompts[name]!)
  if (prompt !== '' && !settings.includePrompt)
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      '1_Pooling/config.json: include_prompt false is not supported.',
    )
  return prompt
}
