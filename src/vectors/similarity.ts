/** The cosine similarity of two vectors, and the check of a vector. similarity-matrix.ts has the other measures. */

import { ArgumentRangeError, ArgumentTypeError, describe } from '../errors.js'
import { dotProduct } from './vector-kernels.js'

/**
 * The cosine of the angle between two vectors: a·b / (‖a‖ ‖b‖), from -1 to 1. With a zero vector it is 0.
 *
 * @throws {ArgumentTypeError} `INVALID_TENSOR` when an argument is not a vector.
 * @throws {ArgumentRangeError} `INVALID_TENSOR` when the lengths differ.
 * @example
 * cosineSimilarity([1, 0], [1, 1]) // 0.7071
 */
export function cosineSimilarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const length = commonLength(a, b)
  const norms = Math.sqrt(dotProduct(a, 0, a, 0, length)) * Math.sqrt(dotProduct(b, 0, b, 0, length))
  return norms === 0 ? 0 : clampCosine(dotProduct(a, 0, b, 0, length) / norms)
}

/** Limits a cosine to -1 to 1: rounding can make it 1.0000000000000002, whose arc cosine is NaN. NaN stays NaN. */
export function clampCosine(cosine: number): number {
  return Math.max(-1, Math.min(1, cosine))
}

/** Checks that a value has a length, as vectors have. */
export function checkVector(value: unknown, name: string): asserts value is ArrayLike<number> {
  if (
    typeof value !== 'object' ||
    value === null ||
    !Number.isSafeInteger((value as { length?: unknown }).length)
  )
    throw new ArgumentTypeError(
      'INVALID_TENSOR',
      `${name} is ${describe(value)}, not a vector: pass a Float32Array or a list of numbers.`,
    )
}

function commonLength(a: ArrayLike<number>, b: ArrayLike<number>): number {
  checkVector(a, 'The first vector')
  checkVector(b, 'The second vector')
  if (a.length !== b.length)
    throw new ArgumentRangeError(
      'INVALID_TENSOR',
      `The vectors have ${a.length} and ${b.length} values; only vectors of the same length, from the same model, can be compared.`,
    )
  return a.length
}
