/**
 * Quantises the rows of a matrix that multiplies the output of a LayerNorm: 8-bit numbers whose sum is 0.
 *
 * Normalised rows n (https://arxiv.org/abs/1607.06450) have mean 0. The graph multiplies them by gains g, y = n g, in
 * place of the LayerNorm's weight w and bias b. For a row W of the matrix the product is
 *
 *   W (n w + b) = (W w / g) y + W b
 *
 * with the constant offset W b. The sum of y / g is 0, so subtracting any multiple of 1 / g from the row W w / g does
 * not change the product. One such multiple makes the sum of the row 0. A zero point adds the same number to every
 * activation of a row, so it then adds 0 to the product, and each row of activations can have a separate zero point at
 * no cost.
 *
 * The gains are those of SmoothQuant (https://arxiv.org/abs/2211.10438): they split the cost of a large channel
 * between activations and weights.
 */

import type { Moments } from './channel-moments.js'
import { type MatrixColumns, type QuantizedRows, quantizeMatrixRow } from './quantized-rows.js'

/** Parameters of a LayerNorm, and the gains that replace them; each of shape [width]. */
export interface GainedNorm {
  readonly weight: Float32Array
  readonly bias: Float32Array | undefined
  readonly gain: Float32Array
}

export interface BalancedRows extends QuantizedRows {
  /** W b, shape [rows]. */
  readonly offsets: Float32Array
}

/** Smaller weights count as this share of the mean weight, because a gain must not be 0. */
const minWeightShare = 0.05

/** Smallest estimate of a magnitude that is used; the mean square over all channels is 1. */
const minMagnitude = 1 / 64

/**
 * Computes gains: w^0.75 / m^0.35, where m is the root mean square of a channel after normalisation. This makes a large
 * channel smaller in the activations, and its weights larger by the same factor. The exponents were chosen on
 * all-MiniLM-L6-v2 and all-mpnet-base-v2. For exponents from 0.5 to 1 and from 0.25 to 0.75, the mean cosine to fp32
 * changes by less than 0.0003. A gain is not finite if its weight is not.
 */
export function gainsOf(weight: Float32Array, { mean, variance }: Moments): Float32Array {
  const minWeight = (minWeightShare * weight.reduce((sum, value) => sum + Math.abs(value), 0)) / weight.length
  if (minWeight === 0) return new Float32Array(weight.length).fill(1)
  return weight.map((value, i) => {
    const magnitude = Math.max(Math.sqrt(mean[i]! ** 2 + variance[i]!), minMagnitude)
    return Math.max(Math.abs(value), minWeight) ** 0.75 / magnitude ** 0.35
  })
}

/**
 * Quantises rows of such a matrix. Each row becomes a column of the transposed `values`, with sum 0.
 *
 * @param rows Shape [rows, width]. A value that is not finite makes its row's scale or offset NaN or infinite.
 * @param into `values` has shape [width, columns]; columns from `column` on are written.
 */
export function quantizeBalancedRows(
  rows: Float32Array,
  norm: GainedNorm,
  into: BalancedRows,
  columns: MatrixColumns,
): void {
  const { weight, bias, gain } = norm
  const width = gain.length
  const factors = weight.map((value, i) => value / gain[i]!)
  const inverses = Float64Array.from(gain, (value) => 1 / value)
  const inverseSum = inverses.reduce((sum, value) => sum + value, 0)
  const row = new Float32Array(width)
  for (let index = 0; index < into.scales.length; index++) {
    const start = index * width
    let sum = 0
    let offset = 0
    for (let i = 0; i < width; i++) {
      const value = rows[start + i]!
      row[i] = value * factors[i]!
      sum += row[i]!
      if (bias) offset += value * bias[i]!
    }
    const multiple = sum / inverseSum
    for (let i = 0; i < width; i++) row[i]! -= multiple * inverses[i]!
    into.offsets[index] = offset
    quantizeMatrixRow(row, index, into, columns)
  }
}
