/** Every vector of one list against every vector of another. */

import { ArgumentRangeError, describe } from '../errors.js'
import { checkTensor } from '../tensor/check-tensor.js'
import type { Tensor } from '../tensor/tensor.js'
import { checkVector, clampCosine } from './similarity.js'
import {
  absoluteDistancesWithRows,
  dotProduct,
  dotProductsWithRows,
  type RowsKernel,
  squaredDistancesWithRows,
} from './vector-kernels.js'

/** The measures, as sentence-transformers writes them in `similarity_fn_name`. */
export const similarityMetrics = ['cosine', 'dot', 'euclidean', 'manhattan'] as const

export type SimilarityMetric = (typeof similarityMetrics)[number]

/** A list of vectors of one length, or a tensor [vectors, dimension]. */
export type Vectors = readonly ArrayLike<number>[] | Tensor<'float32'>

export interface SimilarityMatrixOptions {
  /** @default 'cosine' */
  readonly metric?: SimilarityMetric | undefined
}

/**
 * Rows of `b` compared with all of `a` before the next ones: 64 vectors of 1024 values are 256 KiB, which
 * stay in a core's cache while `a` passes by.
 */
const blockRows = 64

/**
 * The similarity of every vector in `a` with every vector in `b`: shape [n, m], row i for a[i]. Distances are
 * negative, and the cosine with a zero vector is 0, as in the functions for one pair.
 *
 * @throws {ArgumentTypeError} `INVALID_TENSOR` when an argument is neither a list of vectors nor a float32 tensor.
 * @throws {ArgumentRangeError} `INVALID_TENSOR` when the vectors' lengths differ.
 * @throws {ArgumentRangeError} `INVALID_OPTION` when the metric is unknown.
 * @example
 * const [knight, squire] = await embed(['knight', 'squire'])
 * similarityMatrix([knight], [knight, squire]).data // [1, 0.83]
 */
export function similarityMatrix(
  a: Vectors,
  b: Vectors,
  { metric = 'cosine' }: SimilarityMatrixOptions = {},
): Tensor<'float32'> {
  if (!similarityMetrics.includes(metric))
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `metric is ${describe(metric)}; it takes ${similarityMetrics.join(', ')}.`,
    )
  const left = toRows(a, 'a')
  const right = toRows(b, 'b')
  if (left.count > 0 && right.count > 0 && left.width !== right.width)
    throw new ArgumentRangeError(
      'INVALID_TENSOR',
      `The vectors of a have ${left.width} values, those of b ${right.width}; only vectors of the same length, from the same model, can be compared.`,
    )
  const data = new Float32Array(left.count * right.count)
  fill(data, left, right, metric)
  return { dtype: 'float32', data, shape: [left.count, right.count] }
}

/** Vectors one after the other, `width` values each. */
interface Rows {
  readonly data: Float32Array
  readonly count: number
  readonly width: number
}

function toRows(vectors: Vectors, name: string): Rows {
  if (!Array.isArray(vectors)) {
    const tensor = vectors as Tensor<'float32'>
    checkTensor(tensor, { name, dtypes: ['float32'], axes: ['vectors', 'dimension'] })
    const [count, width] = tensor.shape as [number, number]
    return { data: tensor.data, count, width }
  }
  const list: readonly ArrayLike<number>[] = vectors
  const count = list.length
  const width = count > 0 ? lengthOf(list[0], `${name}[0]`) : 0
  for (let row = 1; row < count; row++)
    if (lengthOf(list[row], `${name}[${row}]`) !== width)
      throw new ArgumentRangeError(
        'INVALID_TENSOR',
        `${name}[${row}] has ${list[row]!.length} values, but ${name}[0] has ${width}.`,
      )
  const data = new Float32Array(count * width)
  for (let row = 0; row < count; row++) data.set(list[row]!, row * width)
  return { data, count, width }
}

function lengthOf(vector: unknown, name: string): number {
  checkVector(vector, name)
  return vector.length
}

const kernels: Record<SimilarityMetric, RowsKernel> = {
  cosine: dotProductsWithRows,
  dot: dotProductsWithRows,
  euclidean: squaredDistancesWithRows,
  manhattan: absoluteDistancesWithRows,
}

function fill(out: Float32Array, a: Rows, b: Rows, metric: SimilarityMetric): void {
  const kernel = kernels[metric]
  const finish = finisher(a, b, metric)
  const values = new Float64Array(blockRows)
  for (let start = 0; start < b.count; start += blockRows) {
    const count = Math.min(blockRows, b.count - start)
    for (let row = 0; row < a.count; row++) {
      kernel(a.data, row * a.width, b.data, start * b.width, count, a.width, values)
      for (let i = 0; i < count; i++) out[row * b.count + start + i] = finish(values[i]!, row, start + i)
    }
  }
}

/** What turns a kernel's value for a[row] and b[column] into the similarity. */
function finisher(
  a: Rows,
  b: Rows,
  metric: SimilarityMetric,
): (value: number, row: number, column: number) => number {
  switch (metric) {
    case 'cosine': {
      const inverseA = inverseNorms(a)
      const inverseB = inverseNorms(b)
      return (value, row, column) => clampCosine(value * inverseA[row]! * inverseB[column]!)
    }
    case 'dot':
      return (value) => value
    // 0 - distance, not -distance: equal vectors get 0, not -0.
    case 'euclidean':
      return (value) => 0 - Math.sqrt(value)
    case 'manhattan':
      return (value) => 0 - value
  }
}

/** 1 / norm of each row, 0 for a zero row: so its cosine comes out as 0. */
function inverseNorms({ data, count, width }: Rows): Float64Array {
  const inverse = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    const squares = dotProduct(data, row * width, data, row * width, width)
    inverse[row] = squares === 0 ? 0 : 1 / Math.sqrt(squares)
  }
  return inverse
}
