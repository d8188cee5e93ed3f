/** Pooling as a matrix product: every mode but `max` is a weighted sum of a text's tokens. */

import type { PoolingMode } from './pooling-modes.js'
import type { Tensor } from './tensor.js'

/** The pooling modes that are a weighted sum of the token vectors. */
export type LinearPoolingMode = Exclude<PoolingMode, 'max'>

/**
 * The weight of each token in each mode: [batch, tokens] -> [batch, modes, tokens]. The matrix product of these weights
 * and `lastHiddenState` is the result of `pool`. Padding has weight 0, and so has every token of a text whose mask
 * marks none.
 */
export function poolingWeights(
  { data, shape }: Tensor<'int32'>,
  modes: readonly LinearPoolingMode[],
): Tensor<'float32'> {
  const [batch, tokens] = shape as [number, number]
  const weights = new Float32Array(batch * modes.length * tokens)
  const marked = new Int32Array(tokens)
  const markedWeights = new Float64Array(tokens)
  for (let text = 0; text < batch; text++) {
    let count = 0
    for (let position = 0; position < tokens; position++)
      if (data[text * tokens + position] !== 0) marked[count++] = position
    if (count === 0) continue // zeros
    modes.forEach((mode, index) => {
      const row = (text * modes.length + index) * tokens
      writeWeights(mode, marked.subarray(0, count), markedWeights).forEach((position, i) => {
        weights[row + position] = markedWeights[i]!
      })
    })
  }
  return { dtype: 'float32', data: weights, shape: [batch, modes.length, tokens] }
}

/**
 * Writes a mode's weights for one text into `weights` and returns the positions that they belong to.
 *
 * @param positions The positions of the text's tokens without padding, in ascending order. At least one.
 */
export function writeWeights(
  mode: LinearPoolingMode,
  positions: Int32Array,
  weights: Float64Array,
): Int32Array {
  const count = positions.length
  switch (mode) {
    case 'cls':
      weights[0] = 1
      return positions.subarray(0, 1)
    case 'lasttoken':
      weights[0] = 1
      return positions.subarray(count - 1)
    case 'mean':
      weights.fill(1 / count)
      return positions
    case 'mean_sqrt_len_tokens':
      weights.fill(1 / Math.sqrt(count))
      return positions
    case 'weightedmean': {
      const total = positions.reduce((sum, position) => sum + position + 1, 0)
      for (let i = 0; i < count; i++) weights[i] = (positions[i]! + 1) / total
      return positions
    }
  }
}
