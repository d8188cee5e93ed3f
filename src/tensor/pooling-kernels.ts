/** The inner loops of pooling: one text's token vectors to one vector, at the speed of memory. */

import type { PoolingMode } from './pooling-modes.js'
import { writeWeights } from './pooling-weights.js'

/** The token vectors of one text, and which tokens are not padding. */
interface TokenRow {
  /** Row-major token vectors of `hidden` values each. */
  readonly data: Float32Array
  /** Index in `data` at which the text's first token starts. */
  readonly offset: number
  readonly hidden: number
  /** The positions of the tokens that are not padding, in ascending order. At least one. */
  readonly positions: Int32Array
}

/**
 * Pools one text into `out`, which holds `hidden` values. `weights` is scratch space for one weight per position.
 * Every mode but `max` is a weighted sum of some of the tokens.
 */
export function poolTokens(mode: PoolingMode, row: TokenRow, weights: Float64Array, out: Float64Array): void {
  if (mode === 'max') maxOfTokens(row, out)
  else sumTokens({ ...row, positions: writeWeights(mode, row.positions, weights) }, weights, out)
}

/**
 * out = Σ weight · token. It adds four tokens at a time, because reading and writing `out` costs more than the
 * arithmetic. Sums are float64, so that the order of summation does not change the float32 result.
 */
function sumTokens(row: TokenRow, weights: Float64Array, out: Float64Array): void {
  const { data, offset, hidden, positions } = row
  out.fill(0)
  let i = 0
  for (; i + 3 < positions.length; i += 4) {
    const a = offset + positions[i]! * hidden
    const b = offset + positions[i + 1]! * hidden
    const c = offset + positions[i + 2]! * hidden
    const d = offset + positions[i + 3]! * hidden
    const weightA = weights[i]!
    const weightB = weights[i + 1]!
    const weightC = weights[i + 2]!
    const weightD = weights[i + 3]!
    for (let h = 0; h < hidden; h++)
      out[h]! +=
        weightA * data[a + h]! + weightB * data[b + h]! + weightC * data[c + h]! + weightD * data[d + h]!
  }
  for (; i < positions.length; i++) {
    const a = offset + positions[i]! * hidden
    const weight = weights[i]!
    for (let h = 0; h < hidden; h++) out[h]! += weight * data[a + h]!
  }
}

/**
 * The largest value of each dimension. Math.max returns NaN if there is one, as PyTorch does. A comparison would hide
 * it.
 */
function maxOfTokens({ data, offset, hidden, positions }: TokenRow, out: Float64Array): void {
  const last = positions.length - 1
  out.fill(Number.NEGATIVE_INFINITY)
  for (let i = 0; i <= last; i += 4) {
    // Past the end, the last token is used again. That does not change the maximum.
    const a = offset + positions[i]! * hidden
    const b = offset + positions[Math.min(i + 1, last)]! * hidden
    const c = offset + positions[Math.min(i + 2, last)]! * hidden
    const d = offset + positions[Math.min(i + 3, last)]! * hidden
    for (let h = 0; h < hidden; h++)
      out[h] = Math.max(out[h]!, data[a + h]!, data[b + h]!, data[c + h]!, data[d + h]!)
  }
}
