/** Sums over many tokens, in segments that are short enough for float32 to add without visible rounding errors. */

import { createTensor, type Tensor } from './tensor.js'

/**
 * Number of tokens that are summed in float32. The sums of the segments are added in float64. With 512 tokens in one
 * float32 sum, `mean_sqrt_len_tokens` would be off by 2e-5.
 */
const segmentTokens = 64

/**
 * Splits each row of weights into one row per segment of tokens: [batch, modes, tokens] -> [batch, modes * segments,
 * tokens].
 *
 * There are always at least two segments: for a matrix product with one row ONNX Runtime has a separate kernel, which
 * is three times slower than the one for two rows and whose sums depend on the padding.
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

/**
 * Adds the sums of the segments of {@link segmentWeights}: [batch, modes * segments, hidden] -> [batch, modes, hidden].
 */
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
