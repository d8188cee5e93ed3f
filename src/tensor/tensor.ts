/** Typed, row-major tensors: plain objects whose shape is checked when they are made. */

import { ArgumentRangeError, ArgumentTypeError, describe } from '../errors.js'

/** The typed array of each element type. */
export interface DataTypeMap {
  readonly float32: Float32Array
  readonly int32: Int32Array
  readonly int64: BigInt64Array
  readonly int8: Int8Array
  readonly uint8: Uint8Array
}

/** The element type of a tensor. */
export type DataType = keyof DataTypeMap

/** A tensor in row-major order: the last dimension is contiguous. It is plain data, so it can be posted to a worker. */
export interface Tensor<T extends DataType = DataType> {
  readonly dtype: T
  readonly shape: readonly number[]
  readonly data: DataTypeMap[T]
}

/** The encoder's last hidden state, shape [batch, tokens, hidden]. */
export type LastHiddenState = Tensor<'float32'>

const constructors = {
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  int8: Int8Array,
  uint8: Uint8Array,
} as const

/**
 * Makes a tensor from the given data. The data is not copied.
 *
 * @throws {ArgumentTypeError} `INVALID_TENSOR` when the data is not the typed array of `dtype`.
 * @throws {ArgumentRangeError} `INVALID_TENSOR` when the shape is not a list of whole numbers >= 0, or does not fit the
 *   length of the data.
 * @example
 * const scores = createTensor('float32', new Float32Array(6), [2, 3])
 */
export function createTensor<T extends DataType>(
  dtype: T,
  data: DataTypeMap[T],
  shape: readonly number[],
): Tensor<T> {
  const arrayType = Object.hasOwn(constructors, dtype) ? constructors[dtype] : undefined
  if (!arrayType) throw new ArgumentTypeError('INVALID_TENSOR', `Unknown tensor dtype ${describe(dtype)}.`)
  if (!isDataOf(dtype, data))
    throw new ArgumentTypeError(
      'INVALID_TENSOR',
      `A ${dtype} tensor takes a ${arrayType.name}, not ${describe(data)}.`,
    )
  const size = sizeOf(shape)
  if (size !== data.length)
    throw new ArgumentRangeError(
      'INVALID_TENSOR',
      `Shape [${shape.join(', ')}] holds ${size} values, but the data has ${data.length}.`,
    )
  return { dtype, data, shape: [...shape] }
}

/**
 * Whether `data` is the typed array of `dtype`. It compares the tag instead of using `instanceof`: under Jest, and
 * across windows, the runtime's arrays come from another realm and are instances of another Float32Array.
 */
export function isDataOf<T extends DataType>(dtype: T, data: unknown): data is DataTypeMap[T] {
  return (
    ArrayBuffer.isView(data) &&
    Object.prototype.toString.call(data) === `[object ${constructors[dtype].name}]`
  )
}

/** The number of values of a shape. The shape [] is a scalar, which is one value. */
function sizeOf(shape: readonly number[]): number {
  if (!Array.isArray(shape) || shape.some((dimension) => !Number.isSafeInteger(dimension) || dimension < 0))
    throw new ArgumentRangeError(
      'INVALID_TENSOR',
      `A tensor's shape is a list of whole numbers >= 0, not ${Array.isArray(shape) ? `[${shape.join(', ')}]` : describe(shape)}.`,
    )
  return shape.reduce((size, dimension) => size * dimension, 1)
}

/** The buffers of tensors, each one once: for moving them to another thread, or freeing them. */
export function memoryOf(tensors: Iterable<Tensor>): ArrayBuffer[] {
  return [...new Set(Array.from(tensors, ({ data }) => data.buffer as ArrayBuffer))]
}
