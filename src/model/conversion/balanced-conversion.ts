/** Which matrices of a file are balanced, and what has to be known for it before they are converted. */

import { BertEmbedError } from '../../errors.js'
import { type GainedNorm, gainsOf } from './balanced-rows.js'
import {
  createColumnMoments,
  type KnownParameters,
  type Moments,
  normalizedMoments,
} from './channel-moments.js'
import type { EncoderTrace } from './encoder-trace.js'

/** The LayerNorm whose rows each matrix multiplies, where the file has all that belongs to it. */
export function balancedMatrices(
  trace: EncoderTrace,
  hasTensor: (name: string) => boolean,
): ReadonlyMap<string, string> {
  const normOf = new Map<string, string>()
  for (const [norm, { hasBias, matrices }] of trace.norms) {
    const parameters = [`${norm}.weight`, ...(hasBias ? [`${norm}.bias`] : []), ...matrices]
    // Of a sharded checkpoint each file is converted by itself: its parts would have to agree on the gains.
    if (parameters.every(hasTensor)) for (const matrix of matrices) normOf.set(matrix, norm)
  }
  return normOf
}

/** Gathers parameters as they come by, and makes the gains from what is there. */
export function createGains(trace: EncoderTrace) {
  const vectors = new Map<string, Float32Array>()
  const columns = new Map<string, ReturnType<typeof createColumnMoments>>()
  const norms = new Map<string, GainedNorm>()
  const known: KnownParameters = {
    values: (name) => vectors.get(name),
    columns: (name): Moments | undefined => columns.get(name)?.moments(),
  }
  return {
    /** Some whole rows of a parameter; all of one that has one dimension. */
    add(name: string, rows: Float32Array, shape: readonly number[]): void {
      if (shape.length === 1) vectors.set(name, Float32Array.from(rows))
      if (shape.length !== 2) return
      const moments = columns.get(name) ?? createColumnMoments(shape[1]!)
      columns.set(name, moments)
      moments.add(rows)
    },
    /** @throws {BertEmbedError} `INVALID_WEIGHTS` for a LayerNorm with a value that is not finite. */
    normOf(norm: string): GainedNorm {
      const made = norms.get(norm) ?? make(norm)
      norms.set(norm, made)
      return made
    },
  }

  function make(norm: string): GainedNorm {
    const weight = vectors.get(`${norm}.weight`)!
    const bias = vectors.get(`${norm}.bias`)
    if (!weight.every(Number.isFinite) || bias?.every(Number.isFinite) === false)
      throw new BertEmbedError(
        'INVALID_WEIGHTS',
        `The LayerNorm ${norm} holds a value that is NaN or infinite; what it gives cannot be quantised.`,
      )
    return { weight, bias, gain: gainsOf(weight, normalizedMoments(norm, trace, known)) }
  }
}
