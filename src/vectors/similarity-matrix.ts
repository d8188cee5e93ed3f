/** Compares every vector of one list with every vector of another. */

import { checkOneOf } from '../checks/check-one-of.js'
import { checkOptions, type OptionChecks } from '../checks/check-options.js'
import { ArgumentRangeError } from '../errors.js'
import type { Tensor } from '../tensor/tensor.js'
import { blockRows, createRowComparison } from './compare-rows.js'
import { type SimilarityMetric, similarityMetrics } from './similarity-metrics.js'
import { toRows, type Vectors } from './vectors.js'

/** Options of {@link similarityMatrix}. */
export interface SimilarityMatrixOptions {
  /** The measure of similarity. Distances are negative, so that larger is always more similar. @default 'cosine' */
  readonly metric?: SimilarityMetric | undefined
}

const similarityMatrixOptions: OptionChecks<SimilarityMatrixOptions> = {
  metric: (option, value) => checkOneOf(option, value, similarityMetrics),
}

/**
 * Returns the similarity of every vector in `a` with every vector in `b`: a tensor [a, b], whose row i belongs to a[i].
 *
 * - `cosine`: the cosine of the angle, from -1 to 1. With a zero vector it is 0.
 * - `dot`: the dot product, which is the cosine for vectors of length 1.
 * - `euclidean`: the negative Euclidean distance -‖a - b‖₂. It is 0 for equal vectors.
 * - `manhattan`: the negative Manhattan distance -‖a - b‖₁. It is 0 for equal vectors.
 *
 * @throws {ArgumentTypeError} `INVALID_TENSOR` when an argument is neither a list of vectors nor a float32 tensor.
 * @throws {ArgumentRangeError} `INVALID_TENSOR` when the vectors' lengths differ.
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION` for an unknown option or metric.
 * @example
 * const [knight, squire] = await embed(['knight', 'squire'])
 * similarityMatrix([knight], [knight, squire]).data // [1, 0.83]
 */
export function similarityMatrix(
  a: Vectors,
  b: Vectors,
  options: SimilarityMatrixOptions = {},
): Tensor<'float32'> {
  checkOptions('similarityMatrix', options, similarityMatrixOptions)
  const { metric = 'cosine' } = options
  const left = toRows(a, 'a')
  const right = toRows(b, 'b')
  if (left.count > 0 && right.count > 0 && left.width !== right.width)
    throw new ArgumentRangeError(
      'INVALID_TENSOR',
      `The vectors of a have ${left.width} values, those of b ${right.width}; only vectors of the same length, from the same model, can be compared.`,
    )
  const data = new Float32Array(left.count * right.count)
  const compare = createRowComparison(left, metric)
  for (let start = 0; start < right.count; start += blockRows) {
    const block = {
      data: right.data,
      offset: start * right.width,
      count: Math.min(blockRows, right.count - start),
    }
    compare(block, (row, similarities) => {
      const { count } = block
      data.set(count < blockRows ? similarities.subarray(0, count) : similarities, row * right.count + start)
    })
  }
  return { dtype: 'float32', data, shape: [left.count, right.count] }
}
