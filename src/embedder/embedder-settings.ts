/** The default behaviour of a loaded model, and the checks of options that depend on it. */

import { ArgumentRangeError, describe } from '../errors.js'
import type { PoolingMode } from '../tensor/pooling-modes.js'
import type { Tokenizer } from '../text/tokenizer.js'
import type { SimilarityMetric } from '../vectors/similarity-metrics.js'

/** The settings that result from the model's files and the caller's options. */
export interface EmbedderSettings extends LengthLimits {
  readonly hiddenSize: number
  readonly maxLength: number
  readonly maxBatchTokens: number
  /** Set if the repository's graph has a fixed length: the number of tokens that every text is padded to. */
  readonly tokensPerText?: number | undefined
  readonly pooling: readonly PoolingMode[]
  /** The caller's option. It is applied after `truncateDim`. */
  readonly normalize: boolean | undefined
  /**
   * Whether the model ends with a module that scales to length 1. It is applied before `truncateDim`, as in
   * sentence-transformers.
   */
  readonly endsNormalized: boolean
  readonly truncateDim: number | undefined
  readonly prompts: Readonly<Record<string, string>>
  readonly defaultPromptName: string | undefined
  /** Whether the tokens of a prompt are pooled too. */
  readonly includePrompt: boolean
  readonly similarityFunction: SimilarityMetric
  /** The model's layers between pooling and normalisation. */
  readonly head: SentenceHead | undefined
  /** Length of the vectors of a graph that pools. Used when `pooling` is empty. */
  readonly textSize?: number | undefined
}

/** The layers of a sentence-transformers model between its pooling and its last normalisation. */
export interface SentenceHead {
  /** Length of a pooled vector. */
  readonly inFeatures: number
  /** Length of a resulting vector. */
  readonly outFeatures: number
  /** Returns one vector for each pooled vector. Yields to the event loop in between. */
  apply(vectors: readonly Float32Array[]): Promise<Float32Array[]>
}

/**
 * The length of the model's vectors with a pooling.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION` when the model's layers after the pooling take vectors of another
 *   length.
 */
export function dimensionOf(
  modes: readonly PoolingMode[],
  { hiddenSize, head, textSize }: Pick<EmbedderSettings, 'hiddenSize' | 'head' | 'textSize'>,
): number {
  if (modes.length === 0 && textSize !== undefined) return textSize
  const pooled = hiddenSize * modes.length
  if (!head) return pooled
  if (pooled === head.inFeatures) return head.outFeatures
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    `pooling ${modes.join(', ')} returns ${pooled} values, but the model's layers after it take ${head.inFeatures}.`,
  )
}

/**
 * @throws {ArgumentRangeError} `INVALID_OPTION` if `maxLength` is less than the special tokens or more than the
 *   positions.
 */
export function checkMaxLength(maxLength: number, { positions, specialTokens }: LengthLimits): number {
  if (Number.isInteger(maxLength) && maxLength >= specialTokens && maxLength <= positions) return maxLength
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    `maxLength is ${describe(maxLength)}, not a whole number from ${specialTokens} (the special tokens) to ${positions} (the positions).`,
  )
}

export interface LengthLimits {
  /** Number of tokens that the model has positions for. */
  readonly positions: number
  /** Number of special tokens that are added to a text. */
  readonly specialTokens: number
}

/**
 * The prompt of a call: the option, or else the first of the named prompts that the model has. Only calls without names
 * fall back to the model's default prompt: as in sentence-transformers, queries and documents do not get it.
 */
export function promptOf(
  settings: Pick<EmbedderSettings, 'prompts'> & Partial<Pick<EmbedderSettings, 'defaultPromptName'>>,
  { prompt: given }: { readonly prompt?: string | undefined },
  names: readonly string[] = [],
): string {
  if (given !== undefined) return given
  const candidates = names.length > 0 ? names : [settings.defaultPromptName]
  const name = candidates.find((name) => name !== undefined && settings.prompts[name] !== undefined)
  return name === undefined ? '' : settings.prompts[name]!
}

/**
 * The number of a text's first tokens that belong to its prompt, for models that exclude the prompt from pooling; 0 for
 * other models. It counts the prompt's tokens alone with the special tokens before them, as sentence-transformers does,
 * even where prompt and text together have other tokens.
 */
export function countPromptTokens(
  prompt: string,
  maxLength: number | undefined,
  { tokenizer, settings }: { readonly tokenizer: Tokenizer; readonly settings: EmbedderSettings },
): number {
  if (prompt === '' || settings.includePrompt) return 0
  const { ids, specialTokensMask } = tokenizer.encode(prompt, { maxLength: maxLength ?? settings.maxLength })
  return ids.length - (specialTokensMask.at(-1) ?? 0)
}
