/** Truncates embeddings to their first values, for models that are trained for it (Matryoshka). */

import { checkBoolean, checkOptions, type OptionChecks } from '../checks/check-options.js'
import { checkWholeNumber } from '../checks/check-whole-number.js'
import { normalizeRows } from '../tensor/l2-normalize.js'
import { isDataOf, type Tensor } from '../tensor/tensor.js'
import { toRows, type Vectors } from './vectors.js'

/** Options of {@link truncateEmbeddings}. */
export interface TruncateOptions {
  /** Number of values to keep. A larger number than the vectors have keeps all. */
  readonly truncateDim: number
  /** Scale the truncated vectors to length 1: truncation makes a vector of length 1 shorter. @default false */
  readonly normalize?: boolean | undefined
}

const truncateOptions: OptionChecks<TruncateOptions> = {
  truncateDim: (option, value) => checkWholeNumber(option, value),
  normalize: checkBoolean,
}

/**
 * Returns copies of the first `truncateDim` values of one vector, of a list of vectors, or of a tensor [vectors,
 * dimension].
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TENSOR` unless the first argument is a vector or vectors of
 *   equal length. `INVALID_OPTION` unless `truncateDim` is a whole number above 0.
 * @example
 * truncateEmbeddings(new Float32Array([3, 4, 12]), { truncateDim: 2, normalize: true }) // [0.6, 0.8]
 */
export function truncateEmbeddings(vector: Float32Array, options: TruncateOptions): Float32Array
export function truncateEmbeddings(
  vectors: readonly ArrayLike<number>[],
  options: TruncateOptions,
): Float32Array[]
export function truncateEmbeddings(tensor: Tensor<'float32'>, options: TruncateOptions): Tensor<'float32'>
export function truncateEmbeddings(
  x: Float32Array | Vectors,
  options: TruncateOptions,
): Float32Array | Float32Array[] | Tensor<'float32'> {
  checkOptions('truncateEmbeddings', options, truncateOptions)
  const { truncateDim, normalize = false } = options
  const isOne = isDataOf('float32', x)
  const { data, count, width } = isOne ? { data: x, count: 1, width: x.length } : toRows(x, 'vectors')
  checkWholeNumber('truncateDim', truncateDim)
  const kept = keptValues(truncateDim, width)
  const vectors = Array.from({ length: count }, (_, row) => {
    const vector = data.slice(row * width, row * width + kept)
    if (normalize) normalizeRows(vector, kept)
    return vector
  })
  if (isOne) return vectors[0]!
  if (Array.isArray(x)) return vectors
  return { dtype: 'float32', data: toRows(vectors, 'vectors').data, shape: [count, kept] }
}

/** Number of a vector's values to keep. A larger number than there are keeps all, as in sentence-transformers. */
export function keptValues(truncateDim: number | undefined, dimension: number): number {
  return Math.min(truncateDim ?? dimension, dimension)
}
