/** The precisions of an embedding, by their names in sentence-transformers, and the ranges that two of them need. */

import { wrongKind } from '../checks/check-options.js'
import { ArgumentRangeError } from '../errors.js'
import type { DataType } from '../tensor/tensor.js'

/**
 * The typed array of each precision.
 *
 * - `float32`: the values themselves.
 * - `int8` and `uint8`: one byte per value.
 * - `binary` and `ubinary`: one bit per value, 1 for a value above 0. Eight bits are packed into a byte, the first
 *   value in the highest bit.
 *
 * The signed forms (`int8`, `binary`) are the unsigned ones minus 128.
 */
export interface PrecisionMap {
  readonly float32: Float32Array
  readonly int8: Int8Array
  readonly uint8: Uint8Array
  readonly binary: Int8Array
  readonly ubinary: Uint8Array
}

/** The name of a precision, explained at {@link PrecisionMap}. */
export type Precision = keyof PrecisionMap

/** The dtype of a tensor of vectors, for each precision. */
export const precisionDtypes = {
  float32: 'float32',
  int8: 'int8',
  uint8: 'uint8',
  binary: 'int8',
  ubinary: 'uint8',
} as const satisfies Record<Precision, DataType>

/** Maps each precision to the dtype of its tensors. */
export type PrecisionDtypes = typeof precisionDtypes

export const precisions = ['float32', 'int8', 'uint8', 'binary', 'ubinary'] as const satisfies Precision[]

/**
 * The smallest and the largest value of each dimension. `int8` and `uint8` divide the range between them into 256
 * steps.
 */
export type EmbeddingRanges = readonly [minimums: ArrayLike<number>, maximums: ArrayLike<number>]

/** Whether a precision needs the ranges of its values. */
export function needsRanges(precision: Precision): precision is 'int8' | 'uint8' {
  return precision === 'int8' || precision === 'uint8'
}

/** Whether a precision packs eight values into a byte. */
export function isPacked(precision: Precision): precision is 'binary' | 'ubinary' {
  return precision === 'binary' || precision === 'ubinary'
}

/** Checks the option `ranges`. @throws {ArgumentTypeError} `INVALID_OPTION` unless it is a pair. */
export function checkRangePair(
  option: string,
  ranges: unknown,
): asserts ranges is readonly [unknown, unknown] {
  if (!Array.isArray(ranges) || ranges.length !== 2)
    throw wrongKind(option, ranges, 'a pair [minimums, maximums], as embeddingRanges returns it')
}

/**
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION` unless these are two lists of `dimension` numbers.
 */
export function checkRanges(
  ranges: EmbeddingRanges | undefined,
  dimension: number,
): asserts ranges is EmbeddingRanges {
  checkRangePair('ranges', ranges)
  for (const [index, name] of ['minimums', 'maximums'].entries())
    if (ranges[index]?.length !== dimension)
      throw new ArgumentRangeError(
        'INVALID_OPTION',
        `ranges has ${ranges[index]?.length ?? 'no'} ${name}, but the vectors have ${dimension} values: take the ranges of vectors from the same model with the same truncateDim.`,
      )
}
