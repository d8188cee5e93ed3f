/** Vectors of one length, however they are passed, as the rows of a matrix. */

import { ArgumentRangeError } from '../errors.js'
import { checkTensor } from '../tensor/check-tensor.js'
import type { Tensor } from '../tensor/tensor.js'
import { checkVector } from './similarity.js'

/** A list of vectors of one length, or a tensor [vectors, dimension]. */
export type Vectors = readonly ArrayLike<number>[] | Tensor<'float32'>

/** Vectors one after the other, `width` values each. */
export interface Rows {
  readonly data: Float32Array
  readonly count: number
  readonly width: number
}

/**
 * Copies a list into one array; a tensor is taken as it stands.
 *
 * @throws {ArgumentTypeError} `INVALID_TENSOR` when it is neither a list of vectors nor a float32 tensor.
 * @throws {ArgumentRangeError} `INVALID_TENSOR` when the vectors' lengths differ.
 */
export function toRows(vectors: Vectors, name: string): Rows {
  if (!Array.isArray(vectors)) {
    const tensor = vectors as Tensor<'float32'>
    checkTensor(tensor, { name, dtypes: ['float32'], axes: ['vectors', 'dimension'] })
    const [count, width] = tensor.shape as [number, number]
    return { data: tensor.data, count, width }
  }
  const list: readonly ArrayLike<number>[] = vectors
  const { length: count } = list
  const width = checkList(list, name)
  const data = new Float32Array(count * width)
  for (let row = 0; row < count; row++) data.set(list[row]!, row * width)
  return { data, count, width }
}

/** Checks that a list holds vectors of one length, and returns it: 0 when there are none. */
export function checkList(list: readonly ArrayLike<number>[], name: string): number {
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
