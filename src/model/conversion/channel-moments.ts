/**
 * How large the channels of an encoder's activations are, estimated from its parameters alone.
 *
 * Trained encoders have a few channels that are ten times as large as the others, in all layers. They come from the word
 * embeddings, from biases, and from the LayerNorms' own weights, and stay in the residual stream from layer to layer. So
 * these parameters tell which channels they are, without a text and without a matrix.
 */

import type { EncoderTrace, Term } from './encoder-trace.js'

/** Of each channel, over all rows. */
export interface Moments {
  readonly mean: Float64Array
  readonly variance: Float64Array
}

/** What is known of the parameters. What is not there adds nothing to the estimate. */
export interface KnownParameters {
  /** The values of a parameter of one dimension. */
  values(name: string): Float32Array | undefined
  /** The moments of the columns of a parameter of two dimensions. */
  columns(name: string): Moments | undefined
}

/**
 * The variance that a matrix's product adds to a residual stream, as a share of the stream's mean variance. Measured: from
 * 0.1 (attention) to 0.3 (feed-forward networks) in trained encoders; the estimates hardly depend on it.
 */
const productShare = 0.2

/** Of the rows that a LayerNorm gives before its weight and bias: their mean square is 1. */
export function normalizedMoments(norm: string, trace: EncoderTrace, known: KnownParameters): Moments {
  const { width, input } = trace.norms.get(norm)!
  const { mean, variance } = termMoments(input, width, trace, known)
  const center = average(mean)
  const meanSquare = average(mean.map((value, i) => (value - center) ** 2 + variance[i]!))
  // Nothing known: all channels alike.
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

/** The parameters of one dimension that the estimate for a LayerNorm reads, the norm's own among them. */
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

/** Adds up the moments of columns, some rows at a time. */
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
