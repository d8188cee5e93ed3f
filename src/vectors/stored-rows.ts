/**
 * Vectors of any precision as callers store them. They are read block by block, so that the corpus is never copied as a
 * whole.
 */

import { ArgumentTypeError, describe } from '../errors.js'
import { checkTensor } from '../tensor/check-tensor.js'
import { isDataOf, type Tensor } from '../tensor/tensor.js'
import { type Precision, precisionDtypes } from './precision.js'
import { checkNotOneVector, widthOfList } from './vectors.js'

/**
 * A list of vectors of equal length, or a tensor [vectors, values], as `embed` and `quantizeEmbeddings` return them.
 */
export type StoredVectors = readonly ArrayLike<number>[] | Tensor<'float32' | 'int8' | 'uint8'>

/** The rows of {@link StoredVectors}, of any precision. */
export interface StoredRows {
  readonly count: number
  /** Number of array elements per vector. For packed bits, this is the number of bytes. */
  readonly width: number
  /** All rows, if they are in one array. */
  readonly data: ArrayLike<number> | undefined
  /**
   * Copies `count` rows, starting with row `start`, to `out`, where each row starts `stride` elements after the row
   * before.
   */
  copy(start: number, count: number, out: Float32Array | Uint8Array, stride: number): void
}

/**
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TENSOR` unless all vectors have the same length and the
 *   given precision.
 */
export function toStoredRows(vectors: StoredVectors, name: string, precision: Precision): StoredRows {
  if (Array.isArray(vectors)) {
    const list: readonly ArrayLike<number>[] = vectors
    const width = widthOfList(list, name)
    checkElements(list[0], name, precision)
    return {
      count: list.length,
      width,
      data: undefined,
      copy(start, count, out, stride) {
        for (let row = 0; row < count; row++) out.set(list[start + row]!, row * stride)
      },
    }
  }
  checkNotOneVector(vectors, name)
  const tensor = vectors as Exclude<StoredVectors, readonly unknown[]>
  checkTensor(tensor, { name, dtypes: [precisionDtypes[precision]], axes: ['vectors', 'values'] })
  const { data } = tensor
  const [count, width] = tensor.shape as [number, number]
  return {
    count,
    width,
    data,
    copy(start, rows, out, stride) {
      for (let row = 0; row < rows; row++)
        out.set(data.subarray((start + row) * width, (start + row + 1) * width), row * stride)
    },
  }
}

/** Whether vectors are stored as bytes. */
export function isQuantized(vectors: StoredVectors): boolean {
  if (!Array.isArray(vectors)) return (vectors as Tensor | undefined)?.dtype !== 'float32'
  return isDataOf('int8', vectors[0]) || isDataOf('uint8', vectors[0])
}

/** Plain arrays, as JSON has them, are allowed. A typed array has to have the type that belongs to the precision. */
function checkElements(vector: unknown, name: string, precision: Precision): void {
  if (!ArrayBuffer.isView(vector) || isDataOf(precisionDtypes[precision], vector)) return
  if (precision === 'float32' && !isDataOf('int8', vector) && !isDataOf('uint8', vector)) return
  throw new ArgumentTypeError(
    'INVALID_TENSOR',
    `${name}[0] is ${describe(vector)}, but precision is ${describe(precision)}: pass the precision of its vectors.`,
  )
}
