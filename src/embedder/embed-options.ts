/** Resolves the options of an `embed` call with the model's settings, and postprocesses its pooled vectors. */

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

/** A vector in any precision. */
export type Embedding = PrecisionMap[Precision]

export interface ResolvedEmbedOptions {
  readonly modes: readonly PoolingMode[]
  /** Text that is put before every text. */
  readonly prompt: string
  /** Normalises and truncates a pooled vector. */
  readonly normalizeVector: (pooled: Float32Array) => Float32Array
  readonly precision: Precision
  /** Set for `int8` and `uint8`. */
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
    // The order of sentence-transformers: the model's normalisation, truncation, the caller's normalisation.
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

/**
 * Returns the function that normalises, truncates and quantises a pooled vector. Quantisation is imported on demand.
 */
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
