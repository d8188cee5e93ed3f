/** Checks the tensors that callers pass. They are plain objects, which anyone can build, so every field is checked. */

import { ArgumentRangeError, ArgumentTypeError, describe } from '../errors.js'
import { createTensor, type DataType, type Tensor } from './tensor.js'

/** What a function expects of a tensor argument. */
interface TensorExpectation<T extends DataType> {
  /** The parameter's name, for the message. */
  readonly name: string
  readonly dtypes: readonly T[]
  /** The names of the dimensions. @default any number of dimensions */
  readonly axes?: readonly string[] | undefined
}

/**
 * Checks the dtype, the number of dimensions, and everything that {@link createTensor} checks.
 *
 * @throws {ArgumentTypeError} `INVALID_TENSOR` when it is not a tensor, or has another dtype.
 * @throws {ArgumentRangeError} `INVALID_TENSOR` when the shape has another number of dimensions or does not fit the
 *   data.
 */
export function checkTensor<T extends DataType>(
  tensor: Tensor<T>,
  { name, dtypes, axes }: TensorExpectation<T>,
): void {
  if (!Array.isArray(tensor?.shape))
    throw new ArgumentTypeError(
      'INVALID_TENSOR',
      `${name} is ${describe(tensor)}, not a tensor: pass { dtype, shape, data }, as createTensor returns it.`,
    )
  const { dtype, shape, data } = tensor
  if (!dtypes.includes(dtype))
    throw new ArgumentTypeError(
      'INVALID_TENSOR',
      `${name} has dtype ${describe(dtype)}, expected ${dtypes.join(' or ')}.`,
    )
  if (axes && shape.length !== axes.length)
    throw new ArgumentRangeError(
      'INVALID_TENSOR',
      `${name} has shape [${shape.join(', ')}], expected ${axes.length} dimensions: [${axes.join(', ')}].`,
    )
  createTensor(dtype, data, shape)
}
