/** Every vector of one list against every vector of another. */

import { checkOneOf } from '../checks/check-one-of.js'
import { checkOptions, type OptionChecks } from '../checks/check-options.js'
import { ArgumentRangeError } from '../errors.js'
import type { Tensor } from '../tensor/tensor.js'
import { blockRows, createRowComparison } from './compare-rows.js'
import { type SimilarityMetric, similarityMetrics } from './similarity-metrics.js'
import { toRows, type Vectors } from './vectors.js'

export interface SimilarityMatrixOptions {
  /** @default 'cosine' */
  readonly metric?: SimilarityMetric | undefined
}

const similarityMatrixOptions: OptionChecks<SimilarityMatrixOptions> = {
  metric: (option, value) => checkOneOf(option, value, similarityMetrics),
}

/**
 * The similarity of every vector in `a` with every vector in `b`: shape [n, m], row i for a[i]. Distances are
 * negative, and the cosine with a zero vector is 0, as in the functions for one pair.
 *
 * @throws {ArgumentTypeError} `INVALID_TENSOR` when an argument is neither a list of vectors nor a float32 tensor.
 * @throws {ArgumentRangeError} `INVALID_TENSOR` when the vectors' lengths differ.
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`, also when the metric is unknown.
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
