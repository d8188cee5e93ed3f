/**
 * Rows of a matrix that multiplies what a LayerNorm gives, as numbers of 8 bits that add up to 0.
 *
 * Normalised rows n (https://arxiv.org/abs/1607.06450) have the mean 0. The graph multiplies them by gains g in place of the
 * LayerNorm's weight w and bias b, y = n g. The product with a row W of the matrix is then
 *
 *   W (n w + b) = (W w / g) y + W b
 *
 * with a constant offset W b. The sum of y / g is 0, so any multiple of 1 / g can be taken off the row W w / g without
 * changing the product. One multiple makes the row's sum 0. A zero point is added to every activation of a row, so it then
 * adds nothing to the product, and each row of activations can have its own for free.
 *
 * The gains are those of SmoothQuant (https://arxiv.org/abs/2211.10438): they share what a large channel costs between the
 * activations and the weights.
 */

import type { Moments } from './channel-moments.js'
import { type MatrixColumns, type QuantizedRows, quantizeMatrixRow } from './quantized-rows.js'

/** A LayerNorm's parameters, and the gains that replace them; each of shape [width]. */
export interface GainedNorm {
  readonly weight: Float32Array
  readonly bias: Float32Array | undefined
  readonly gain: Float32Array
}

export interface BalancedRows extends QuantizedRows {
  /** W b, shape [rows]. */
  readonly offsets: Float32Array
}

/** A weight below this share of the mean weight counts as this share: a gain must not be 0. */
const minWeightShare = 0.05

/** The smallest magnitude that an estimate is trusted with; the mean square of all channels is 1. */
const minMagnitude = 1 / 64

/**
 * w^0.75 / m^0.35, with m the channel's root mean square after normalisation: a large channel is made smaller in the
 * activations, and its weights as much larger. The exponents were chosen on all-MiniLM-L6-v2 and all-mpnet-base-v2; from 0.5
 * to 1 and from 0.25 to 0.75 the mean cosine to fp32 changes by less than 0.0003. Not finite where a weight is not.
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
 * Quantises rows of such a matrix; each becomes a column of the transposed `values`, with the sum 0.
 *
 * @param rows Shape [rows, width]; not finite values make their row's scale or offset NaN or infinite.
 * @param into `values` of shape [width, columns], of which the columns from `column` on are written.
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
