/** What an `embed` call does, from its options and the model's settings. */

import { ArgumentRangeError } from '../errors.js'
import { l2Normalize } from '../tensor/l2-normalize.js'
import { type PoolingMode, toPoolingModes } from '../tensor/pooling-modes.js'
import {
  checkRanges,
  type EmbeddingRanges,
  needsRanges,
  type Precision,
  type PrecisionMap,
} from '../vectors/precision.js'
import { keptValues } from '../vectors/truncate.js'
import { dimensionOf, type EmbedderSettings, promptOf } from './embedder-settings.js'
import type { EmbedOptions } from './embedder-types.js'

/** A vector in any of the precisions. */
export type Embedding = PrecisionMap[Precision]

export interface ResolvedEmbedOptions {
  readonly modes: readonly PoolingMode[]
  /** Put before every text. */
  readonly prompt: string
  /** Normalises and truncates a pooled vector. */
  readonly normalizeVector: (pooled: Float32Array) => Float32Array
  readonly precision: Precision
  /** Those of `int8` and `uint8`. */
  readonly ranges: EmbeddingRanges | undefined
}

/** @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION` */
export function resolveEmbedOptions(
  options: Pick<
    EmbedOptions<Precision>,
    'normalize' | 'pooling' | 'truncateDim' | 'prompt' | 'precision' | 'ranges'
  >,
  settings: EmbedderSettings,
): ResolvedEmbedOptions {
  const normalize = options.normalize ?? settings.normalize
  const modes = options.pooling === undefined ? settings.pooling : toPoolingModes(options.pooling)
  const dimension = dimensionOf(modes, settings)
  const truncateDim = keptValues(options.truncateDim ?? settings.truncateDim, dimension)
  const { precision = 'float32', ranges } = options
  if (needsRanges(precision)) checkOwnRanges(ranges, truncateDim, precision)
  return {
    modes,
    prompt: promptOf(settings, options),
    // In the order of sentence-transformers: the model's own normalisation, truncation, the caller's normalisation.
    normalizeVector(pooled) {
      const whole = (normalize ?? settings.endsNormalized) ? l2Normalize(pooled) : pooled
      if (truncateDim === dimension) return whole
      const kept = whole.slice(0, truncateDim)
      return normalize ? l2Normalize(kept) : kept
    },
    precision,
    ranges,
  }
}

/** What is done to a pooled vector: normalise, truncate, quantise. The code of the last is loaded on demand. */
export async function loadPostprocess({
  normalizeVector,
  precision,
  ranges,
}: ResolvedEmbedOptions): Promise<(pooled: Float32Array) => Embedding> {
  if (precision === 'float32') return normalizeVector
  const { quantizeRows } = await import('../vectors/quantize-kernels.js')
  return (pooled) => {
    const data = normalizeVector(pooled)
    return quantizeRows({ data, width: data.length }, { precision, ranges })
  }
}

function checkOwnRanges(ranges: EmbeddingRanges | undefined, dimension: number, precision: Precision): void {
  if (ranges === undefined)
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `precision ${precision} needs ranges: compute them from typical vectors with embeddingRanges.`,
    )
  checkRanges(ranges, dimension)
}
