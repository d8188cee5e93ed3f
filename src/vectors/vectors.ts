/**
 * The vectors that functions of this folder take, as the rows of a matrix. similarity.ts and similarity-matrix.ts
 * compare vectors, search.ts finds the nearest ones, quantize.ts and truncate.ts make them smaller.
 */

import { ArgumentRangeError, ArgumentTypeError } from '../errors.js'
import { checkTensor } from '../tensor/check-tensor.js'
import type { Tensor } from '../tensor/tensor.js'
import { checkVector } from './similarity.js'

/** A list of vectors of equal length, or a tensor [vectors, dimension]. */
export type Vectors = readonly ArrayLike<number>[] | Tensor<'float32'>

/** Consecutive vectors of `width` values each. */
export interface Rows {
  readonly data: Float32Array
  readonly count: number
  readonly width: number
}

/**
 * Copies a list of vectors into one array. The data of a tensor is not copied.
 *
 * @throws {ArgumentTypeError} `INVALID_TENSOR` when it is neither a list of vectors nor a float32 tensor.
 * @throws {ArgumentRangeError} `INVALID_TENSOR` when the vectors' lengths differ.
 */
export function toRows(vectors: Vectors, name: string): Rows {
  if (!Array.isArray(vectors)) {
    checkNotOneVector(vectors, name)
    const tensor = vectors as Tensor<'float32'>
    checkTensor(tensor, { name, dtypes: ['float32'], axes: ['vectors', 'dimension'] })
    const [count, width] = tensor.shape as [number, number]
    return { data: tensor.data, count, width }
  }
  const list: readonly ArrayLike<number>[] = vectors
  const { length: count } = list
  const width = widthOfList(list, name)
  const data = new Float32Array(count * width)
  for (let row = 0; row < count; row++) data.set(list[row]!, row * width)
  return { data, count, width }
}

/** Says how to pass one vector: callers pass it where a list belongs, because other functions take both. */
export function checkNotOneVector(vectors: unknown, name: string): void {
  if (ArrayBuffer.isView(vectors))
    throw new ArgumentTypeError(
      'INVALID_TENSOR',
      `${name} is one vector, not a list of vectors: put it into a list, such as [vector].`,
    )
}

/** Checks that all vectors of a list have the same length, and returns that length: 0 for an empty list. */
export function widthOfList(list: readonly ArrayLike<number>[], name: string): number {
  const width = list.length > 0 ? lengthOf(list[0], `${name}[0]`) : 0
  for (let row = 1; row < list.length; row++)
    if (lengthOf(list[row], `${name}[${row}]`) !== width)
      throw new ArgumentRangeError(
        'INVALID_TENSOR',
        `${name}[${row}] has ${list[row]!.length} values, but ${name}[0] has ${width}.`,
      )
  return width
}

function lengthOf(vector: unknown, name: string): number {
  checkVector(vector, name)
  return vector.length
}
