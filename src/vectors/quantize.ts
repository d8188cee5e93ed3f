/** Embeddings in fewer bits, bit for bit as sentence-transformers 6 makes them: a byte or a bit for each value. */

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

export interface QuantizeOptions<P extends Precision> {
  readonly precision: P
  /** For `int8` and `uint8`: between which values the steps lie. @default those of `calibration` */
  readonly ranges?: EmbeddingRanges | undefined
  /** For `int8` and `uint8` without `ranges`: vectors that are typical of all. @default the vectors themselves */
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
 * Quantises one vector, a list, or a tensor [vectors, dimension]: what `quantize_embeddings` of sentence-transformers 6
 * gives. Of `binary` and `ubinary` a vector has dimension / 8 bytes, rounded up.
 *
 * Steps are computed in float32, as NumPy does for float32 ranges; in float64 where `ranges` are Float64Arrays or hold
 * numbers that no float32 has. NaN becomes 0.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TENSOR` for what are no vectors of one length, `INVALID_OPTION`
 *   when the precision is unknown, the ranges fit other vectors, or there are none for a single vector's steps.
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
  const own = () => {
    if (!isOne) return rangesOf(rows)
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `A single vector has no ranges: precision ${precision} needs ranges or calibration.`,
    )
  }
  const data = quantizeRows(rows, {
    precision,
    ranges: needsRanges(precision) ? rangesFor(rows, { ranges, calibration, own }) : undefined,
  })
  if (isOne) return data
  const width = isPacked(precision) ? Math.ceil(rows.width / 8) : rows.width
  if (!Array.isArray(x))
    return { dtype: precisionDtypes[precision], data, shape: [rows.count, width] } as Tensor
  return Array.from({ length: rows.count }, (_, row) => data.slice(row * width, (row + 1) * width))
}

/**
 * The smallest and the largest value of each dimension: the `ranges` of vectors like these. A hundred vectors and more
 * are worth taking them of.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TENSOR` for what are no vectors of one length, or none.
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
    own,
  }: Pick<QuantizeOptions<Precision>, 'ranges' | 'calibration'> & { readonly own: () => EmbeddingRanges },
): EmbeddingRanges {
  if (rows.count === 0) return [rows.data, rows.data]
  const chosen = ranges ?? (calibration === undefined ? own() : embeddingRanges(calibration))
  checkRanges(chosen, rows.width)
  return chosen
}

function rangesOf({ data, count, width }: Rows): readonly [Float32Array, Float32Array] {
  if (count === 0) throw new ArgumentRangeError('INVALID_TENSOR', 'There are no vectors to take ranges of.')
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
