/** Sums over many tokens in short stretches, which float32 adds up without a loss that shows. */

import { createTensor, type Tensor } from './tensor.js'

/**
 * Tokens that are summed in float32; the stretches are added in float64. With 512 in one sum `mean_sqrt_len_tokens`
 * would be 2e-5 off.
 */
const segmentTokens = 64

/**
 * Splits each row of weights into one row for each stretch of tokens: [batch, modes, tokens] -> [batch, modes * segments, tokens].
 *
 * There are always two at least: a matrix product with one row has a kernel of its own in ONNX Runtime, three times
 * slower than that for two, and its sums depend on the padding.
 */
export function segmentWeights({ data, shape }: Tensor<'float32'>): Tensor<'float32'> {
  const [batch, modes, tokens] = shape as [number, number, number]
  const segments = countSegments(tokens)
  const split = new Float32Array(data.length * segments)
  for (let row = 0; row < batch * modes; row++)
    for (let segment = 0; segment < segments; segment++) {
      const start = row * tokens + segment * segmentTokens
      const end = Math.min(start + segmentTokens, (row + 1) * tokens)
      if (start < end)
        split.set(data.subarray(start, end), (row * segments + segment) * tokens + segment * segmentTokens)
    }
  return createTensor('float32', split, [batch, modes * segments, tokens])
}

/** Adds up what {@link segmentWeights} took apart: [batch, modes * segments, hidden] -> [batch, modes, hidden]. */
export function addSegments({ data, shape }: Tensor<'float32'>, modes: number): Tensor<'float32'> {
  const [batch, rows, hidden] = shape as [number, number, number]
  const segments = rows / modes
  const sums = new Float32Array(batch * modes * hidden)
  for (let row = 0; row < batch * modes; row++)
    for (let i = 0; i < hidden; i++) {
      let sum = 0
      for (let segment = 0; segment < segments; segment++)
        sum += data[(row * segments + segment) * hidden + i]!
      sums[row * hidden + i] = sum
    }
  return createTensor('float32', sums, [batch, modes, hidden])
}

function countSegments(tokens: number): number {
  return Math.max(2, Math.ceil(tokens / segmentTokens))
}
