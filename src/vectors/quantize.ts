/** Quantises embeddings to a byte or a bit per value, with the bytes that sentence-transformers 6 makes. */

import { checkOneOf } from '../checks/check-one-of.js'
import { checkOptions, type OptionChecks, wrongKind } from '../checks/check-options.js'
import { ArgumentRangeError } from '../errors.js'
import { isDataOf, type Tensor } from '../tensor/tensor.js'
import {
  checkRangePair,
  checkRanges,
  type EmbeddingRanges,
  isPacked,
  needsRanges,
  type Precision,
  type PrecisionDtypes,
  type PrecisionMap,
  precisionDtypes,
  precisions,
} from './precision.js'
import { quantizeRows } from './quantize-kernels.js'
import { type Rows, toRows, type Vectors } from './vectors.js'

/** Options of {@link quantizeEmbeddings}. */
export interface QuantizeOptions<P extends Precision> {
  /** The precision to convert to. */
  readonly precision: P
  /** For `int8` and `uint8`: the smallest and largest value of each dimension. @default the ranges of `calibration` */
  readonly ranges?: EmbeddingRanges | undefined
  /**
   * For `int8` and `uint8` without `ranges`: typical vectors, from which the ranges are taken.
   *
   * @default the vectors themselves
   */
  readonly calibration?: Vectors | undefined
}

const quantizeOptions: OptionChecks<QuantizeOptions<Precision>> = {
  precision: (option, value) => checkOneOf(option, value, precisions),
  ranges: checkRangePair,
  calibration(option, value) {
    if (typeof value !== 'object' || !value) throw wrongKind(option, value, 'a list of vectors or a tensor')
  },
}

/**
 * Quantises one vector, a list of vectors, or a tensor [vectors, dimension], as `quantize_embeddings` of
 * sentence-transformers 6 does. A vector of `binary` or `ubinary` has dimension / 8 bytes, rounded up.
 *
 * Steps are computed in float32, as NumPy does for float32 ranges. They are computed in float64 when `ranges` are
 * Float64Arrays or hold numbers that float32 cannot represent. NaN becomes 0.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TENSOR` unless the first argument is a vector or vectors of
 *   equal length. `INVALID_OPTION` when the precision is unknown, when the ranges have another length, or when a single
 *   vector needs ranges and there are none.
 * @example
 * const vectors = await embed(['knight', 'squire'])
 * quantizeEmbeddings(vectors, { precision: 'ubinary' }) // two Uint8Arrays of 96 bytes
 */
export function quantizeEmbeddings<P extends Precision>(
  vector: Float32Array,
  options: QuantizeOptions<P>,
): PrecisionMap[P]
export function quantizeEmbeddings<P extends Precision>(
  vectors: readonly ArrayLike<number>[],
  options: QuantizeOptions<P>,
): PrecisionMap[P][]
export function quantizeEmbeddings<P extends Precision>(
  tensor: Tensor<'float32'>,
  options: QuantizeOptions<P>,
): Tensor<PrecisionDtypes[P]>
export function quantizeEmbeddings(
  x: Float32Array | Vectors,
  options: QuantizeOptions<Precision>,
): PrecisionMap[Precision] | PrecisionMap[Precision][] | Tensor {
  checkOptions('quantizeEmbeddings', options, quantizeOptions)
  const { precision, ranges, calibration } = options
  checkOneOf('precision', precision, precisions)
  const isOne = isDataOf('float32', x)
  const rows = isOne ? { data: x, count: 1, width: x.length } : toRows(x, 'vectors')
  const ownRanges = () => {
    if (!isOne) return rangesOf(rows)
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `A single vector has no ranges: precision ${precision} needs ranges or calibration.`,
    )
  }
  const data = quantizeRows(rows, {
    precision,
    ranges: needsRanges(precision) ? rangesFor(rows, { ranges, calibration, ownRanges }) : undefined,
  })
  if (isOne) return data
  const width = isPacked(precision) ? Math.ceil(rows.width / 8) : rows.width
  if (!Array.isArray(x))
    return { dtype: precisionDtypes[precision], data, shape: [rows.count, width] } as Tensor
  return Array.from({ length: rows.count }, (_, row) => data.slice(row * width, (row + 1) * width))
}

/**
 * Returns the smallest and the largest value of each dimension, for the option `ranges`. Take at least a hundred
 * typical vectors.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TENSOR` for vectors of different lengths, and for an empty
 *   list.
 * @example
 * const ranges = embeddingRanges(await embed(typicalTexts))
 * const vectors = await embed(texts, { precision: 'int8', ranges })
 */
export function embeddingRanges(vectors: Vectors): readonly [minimums: Float32Array, maximums: Float32Array] {
  return rangesOf(toRows(vectors, 'vectors'))
}

function rangesFor(
  rows: Rows,
  {
    ranges,
    calibration,
    ownRanges,
  }: Pick<QuantizeOptions<Precision>, 'ranges' | 'calibration'> & {
    readonly ownRanges: () => EmbeddingRanges
  },
): EmbeddingRanges {
  if (rows.count === 0) return [rows.data, rows.data]
  const chosen = ranges ?? (calibration === undefined ? ownRanges() : embeddingRanges(calibration))
  checkRanges(chosen, rows.width)
  return chosen
}

function rangesOf({ data, count, width }: Rows): readonly [Float32Array, Float32Array] {
  if (count === 0) throw new ArgumentRangeError('INVALID_TENSOR', 'There are no vectors to take ranges from.')
  const minimums = data.slice(0, width)
  const maximums = data.slice(0, width)
  for (let start = width; start < data.length; start += width)
    for (let i = 0; i < width; i++) {
      const value = data[start + i]!
      minimums[i] = Math.min(minimums[i]!, value)
      maximums[i] = Math.max(maximums[i]!, value)
    }
  return [minimums, maximums]
}
