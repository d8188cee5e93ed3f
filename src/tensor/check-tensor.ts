/** Checks a tensor that came from outside: plain data can be made by hand, so nothing about it is taken on trust. */

import { ArgumentRangeError, ArgumentTypeError, describe } from '../errors.js'
import { createTensor, type DataType, type Tensor } from './tensor.js'

/** What a function demands of a tensor it is given. */
interface TensorExpectation<T extends DataType> {
  /** The parameter's name, for the message. */
  readonly name: string
  readonly dtypes: readonly T[]
  /** The names of its dimensions; left out, any rank will do. */
  readonly axes?: readonly string[] | undefined
}

/**
 * Checks dtype and rank, and the rest as {@link createTensor} does.
 *
 * @throws {ArgumentTypeError} `INVALID_TENSOR` when it is no tensor, or of another dtype.
 * @throws {ArgumentRangeError} `INVALID_TENSOR` when the shape has another rank or does not fit the data.
 */
export function checkTensor<T extends DataType>(
  tensor: Tensor<T>,
  { name, dtypes, axes }: TensorExpectation<T>,
): void {
  if (!Array.isArray(tensor?.shape))
    throw new ArgumentTypeError(
      'INVALID_TENSOR',
      `${name} is ${describe(tensor)}, not a tensor: pass { dtype, shape, data }, as createTensor makes it.`,
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
