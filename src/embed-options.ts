/** What an `embed` call does, from its options and the model's settings. */

import type { EmbedOptions } from './embedder.js'
import { checkNormalize, checkTruncateDim, type EmbedderSettings, promptOf } from './embedder-settings.js'
import { l2Normalize } from './tensor/l2-normalize.js'
import { type PoolingMode, toPoolingModes } from './tensor/pooling.js'

export interface ResolvedEmbedOptions {
  readonly modes: readonly PoolingMode[]
  /** Put before every text. */
  readonly prompt: string
  /** From what pooling gives, of hidden * modes values, to the vector: normalised, truncated. */
  readonly finish: (pooled: Float32Array) => Float32Array
}

/** @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION` */
export function resolveEmbedOptions(
  options: Pick<EmbedOptions, 'normalize' | 'pooling' | 'truncateDim' | 'prompt'>,
  settings: EmbedderSettings,
): ResolvedEmbedOptions {
  const normalize = checkNormalize(options.normalize) ?? settings.normalize
  const modes = options.pooling === undefined ? settings.pooling : toPoolingModes(options.pooling)
  const dimension = settings.hiddenSize * modes.length
  const truncateDim = checkTruncateDim(options.truncateDim ?? settings.truncateDim, dimension)
  return {
    modes,
    prompt: promptOf(settings, options),
    // In the order of sentence-transformers: the model's own normalisation, truncation, the caller's normalisation.
    finish(pooled) {
      const whole = (normalize ?? settings.endsNormalized) ? l2Normalize(pooled) : pooled
      if (truncateDim === dimension) return whole
      const kept = whole.slice(0, truncateDim)
      return normalize ? l2Normalize(kept) : kept
    },
  }
}
