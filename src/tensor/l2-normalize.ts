/** L2 normalisation: scales each vector to length 1, so that a dot product of two vectors is their cosine. */

import { checkTensor } from './check-tensor.js'
import { isDataOf, type Tensor } from './tensor.js'

/** The smallest divisor: `eps` of `torch.nn.functional.normalize`. It keeps zero rows zero. */
const minNorm = 1e-12

/**
 * Scales a vector, or every row along a tensor's last dimension, to length 1: x / max(‖x‖₂, 1e-12), as
 * `torch.nn.functional.normalize` does. Zero rows stay zero. The argument is not changed.
 *
 * @throws {ArgumentTypeError} `INVALID_TENSOR` when it is neither a Float32Array nor a float32 tensor.
 * @throws {ArgumentRangeError} `INVALID_TENSOR` when a tensor's shape does not fit its data.
 * @example
 * l2Normalize(new Float32Array([3, 4])) // [0.6, 0.8]
 */
export function l2Normalize(vector: Float32Array): Float32Array
export function l2Normalize(tensor: Tensor<'float32'>): Tensor<'float32'>
export function l2Normalize(x: Float32Array | Tensor<'float32'>): Float32Array | Tensor<'float32'> {
  if (isDataOf('float32', x)) {
    const data = x.slice()
    normalizeRows(data, data.length)
    return data
  }
  checkTensor(x, { name: 'The argument of l2Normalize', dtypes: ['float32'] })
  const data = x.data.slice()
  normalizeRows(data, x.shape.at(-1) ?? 1)
  return { dtype: 'float32', data, shape: [...x.shape] }
}

/**
 * Normalises rows of `width` values in place. Squares of float32 values are summed in float64, which cannot overflow.
 */
export function normalizeRows(data: Float32Array, width: number): void {
  for (let start = 0; start < data.length; start += width) {
    let sumOfSquares = 0
    for (let i = start; i < start + width; i++) sumOfSquares += data[i]! * data[i]!
    const norm = Math.max(Math.sqrt(sumOfSquares), minNorm)
    for (let i = start; i < start + width; i++) data[i] = data[i]! / norm
  }
}
