/**
 * Estimates how large the channels of an encoder's activations are, from its parameters alone.
 *
 * In trained encoders, a few channels are ten times as large as the others, in all layers. They come from the word
 * embeddings, from biases and from the weights of the LayerNorms, and stay in the residual stream from layer to layer.
 * These parameters therefore tell which channels are large, without any text and without any matrix.
 */

import type { EncoderTrace, Term } from './encoder-trace.js'

/** Mean and variance of each channel over all rows. */
export interface Moments {
  readonly mean: Float64Array
  readonly variance: Float64Array
}

/** The parameters that are known. Unknown ones add nothing to the estimate. */
export interface KnownParameters {
  /** Values of a parameter with one dimension. */
  values(name: string): Float32Array | undefined
  /** Moments of the columns of a parameter with two dimensions. */
  columns(name: string): Moments | undefined
}

/**
 * Variance that a matrix product adds to the residual stream, as a share of the stream's mean variance. Measured in
 * trained encoders: 0.1 for attention to 0.3 for feed-forward networks. The estimates hardly depend on it.
 */
const productShare = 0.2

/** Moments of a LayerNorm's normalised rows, before its weight and bias; their mean square is 1. */
export function normalizedMoments(norm: string, trace: EncoderTrace, known: KnownParameters): Moments {
  const { width, input } = trace.norms.get(norm)!
  const { mean, variance } = termMoments(input, width, trace, known)
  const center = average(mean)
  const meanSquare = average(mean.map((value, i) => (value - center) ** 2 + variance[i]!))
  // Nothing is known: assume that all channels are equal.
  if (!(meanSquare > 0 && Number.isFinite(meanSquare)))
    return { mean: new Float64Array(width), variance: ones(width) }
  const scale = 1 / Math.sqrt(meanSquare)
  return {
    mean: mean.map((value) => (value - center) * scale),
    variance: variance.map((value) => value * scale ** 2),
  }
}

function termMoments(term: Term, width: number, trace: EncoderTrace, known: KnownParameters): Moments {
  switch (term.type) {
    case 'norm': {
      const { mean, variance } = normalizedMoments(term.norm, trace, known)
      const weight = known.values(`${term.norm}.weight`)
      const bias = known.values(`${term.norm}.bias`)
      return {
        mean: mean.map((value, i) => value * (weight?.[i] ?? 1) + (bias?.[i] ?? 0)),
        variance: variance.map((value, i) => value * (weight?.[i] ?? 1) ** 2),
      }
    }
    case 'sum': {
      const parts = term.terms.map((part) => termMoments(part, width, trace, known))
      const sum = parts.reduce((a, b) => ({
        mean: a.mean.map((value, i) => value + b.mean[i]!),
        variance: a.variance.map((value, i) => value + b.variance[i]!),
      }))
      const products = term.terms.filter(({ type }) => type === 'product').length
      const added = products * productShare * average(sum.variance)
      return { mean: sum.mean, variance: sum.variance.map((value) => value + added) }
    }
    case 'rows':
      return known.columns(term.parameter) ?? zeroMoments(width)
    case 'product': {
      const bias = term.bias === undefined ? undefined : known.values(term.bias)
      return bias ? { ...zeroMoments(width), mean: Float64Array.from(bias) } : zeroMoments(width)
    }
    case 'unknown':
      return zeroMoments(width)
  }
}

/** Names of the parameters with one dimension that the estimate for a LayerNorm reads, its own included. */
export function momentParameters(norm: string, trace: EncoderTrace): ReadonlySet<string> {
  const { hasBias, input } = trace.norms.get(norm)!
  const names = new Set([`${norm}.weight`, ...(hasBias ? [`${norm}.bias`] : [])])
  const visit = (term: Term): void => {
    if (term.type === 'sum') for (const part of term.terms) visit(part)
    else if (term.type === 'product' && term.bias !== undefined) names.add(term.bias)
    else if (term.type === 'norm') for (const name of momentParameters(term.norm, trace)) names.add(name)
  }
  visit(input)
  return names
}

/** Computes the moments of columns from rows that arrive in several calls. */
export function createColumnMoments(width: number) {
  const sum = new Float64Array(width)
  const squares = new Float64Array(width)
  let rowCount = 0
  return {
    add(rows: Float32Array): void {
      for (let start = 0; start < rows.length; start += width) {
        for (let i = 0; i < width; i++) {
          const value = rows[start + i]!
          sum[i]! += value
          squares[i]! += value * value
        }
      }
      rowCount += rows.length / width
    },
    moments(): Moments {
      const mean = sum.map((value) => value / rowCount)
      return { mean, variance: squares.map((value, i) => Math.max(0, value / rowCount - mean[i]! ** 2)) }
    },
  }
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function ones(width: number): Float64Array {
  return new Float64Array(width).fill(1)
}

function zeroMoments(width: number): Moments {
  return { mean: new Float64Array(width), variance: new Float64Array(width) }
}
