/** Rows of floats as whole numbers of 8 bits and one scale each: value = number * scale. */

import { largestInt8, largestMagnitude, writeScale } from './symmetric-scale.js'

export interface QuantizedRows {
  readonly values: Int8Array
  /** One a row. */
  readonly scales: Float32Array
}

/**
 * Quantises the rows of a table that is looked up in, each by its largest value.
 *
 * @param rows Shape [rows, width]; not finite values make their row's scale NaN or infinite.
 * @param into `values` of shape [rows, width], `scales` of shape [rows].
 */
export function quantizeTableRows(rows: Float32Array, { values, scales }: QuantizedRows): void {
  const width = rows.length / scales.length
  for (let row = 0; row < scales.length; row++) {
    const start = row * width
    const end = start + width
    const inverse = writeScale(scales, row, largestMagnitude(rows, start, end))
    for (let i = start; i < end; i++) values[i] = toInt8(rows[i]! * inverse)
  }
}

/**
 * Quantises rows of a matrix that is multiplied by; each becomes a column of the transposed `values`.
 *
 * @param rows Shape [rows, width]; not finite values make their row's scale NaN or infinite.
 * @param into `values` of shape [width, columns], of which the columns from `column` on are written; `scales` of shape [rows].
 */
export function quantizeMatrixRows(
  rows: Float32Array,
  { values, scales }: QuantizedRows,
  { column, columns }: { readonly column: number; readonly columns: number },
): void {
  const width = rows.length / scales.length
  for (let row = 0; row < scales.length; row++) {
    const numbers = quantizeMatrixRow(rows.subarray(row * width, (row + 1) * width), scales, row)
    let at = column + row
    for (let i = 0; i < width; i++) {
      values[at] = numbers[i]!
      at += columns
    }
  }
}

/**
 * Quantises one row of a matrix, and writes its scale.
 *
 * Processors without VNNI add two products of 8 bits in 16 bits and cut off what does not fit (`vpmaddubsw`). The scale
 * therefore bounds the sum of each such pair of weights by 127, rather than each weight alone: with activations of at
 * most 255 nothing is cut off (255 * 128 < 2^15), and all processors compute the same.
 *
 * The numbers add up to what the row adds up to, as nearly as whole numbers can: activations have a part that all
 * channels share, such as the mean of a GELU, and errors that add up would multiply it.
 */
export function quantizeMatrixRow(row: Float32Array, scales: Float32Array, index: number): Int8Array {
  const width = row.length
  let largest = 0
  let sum = 0 // tells of a NaN, which no comparison does
  for (let i = 0; i < width; i += 2) {
    const a = row[i]!
    const b = i + 1 < width ? row[i + 1]! : 0
    // Comparisons, because Math.max of three takes twice the time of the whole rest.
    const magnitudeOfA = Math.abs(a)
    const magnitudeOfB = Math.abs(b)
    const together = Math.abs(a + b)
    if (magnitudeOfA > largest) largest = magnitudeOfA
    if (magnitudeOfB > largest) largest = magnitudeOfB
    if (together > largest) largest = together
    sum += together
  }
  const inverse = writeScale(scales, index, Number.isNaN(sum) ? sum : largest)
  const numbers = new Int8Array(width)
  for (let i = 0; i < width; i++) numbers[i] = toInt8(row[i]! * inverse)
  balance(numbers, row, inverse)
  return numbers
}

/** How finely rounding errors are told apart when those that are moved are chosen. */
const errorBins = 256

/**
 * Moves by 1 those numbers that were rounded the other way by most, until the sum is right: a few of a row. Of each pair
 * one at most, and none beyond 127, so that pairs stay within 128.
 */
function balance(numbers: Int8Array, row: Float32Array, inverse: number): void {
  const errors = new Float32Array(row.length)
  let excess = 0
  for (let i = 0; i < row.length; i++) {
    const error = numbers[i]! - row[i]! * inverse
    errors[i] = error
    excess += error
  }
  const step = Math.sign(excess)
  const count = Math.round(Math.abs(excess))
  if (!(count > 0 && count < row.length)) return // right already, or not finite

  /** The number of a pair that was rounded the other way by more. */
  const furthest = (first: number) => {
    const second = Math.min(first + 1, row.length - 1)
    if (numbers[first] === -step * largestInt8) return second
    if (numbers[second] === -step * largestInt8) return first
    return step * errors[second]! > step * errors[first]! ? second : first
  }
  const bins = new Uint16Array(Math.ceil(row.length / 2)) // one a pair; 0 stays as it is
  const sizes = new Uint32Array(errorBins + 1)
  for (let pair = 0; pair < bins.length; pair++) {
    const at = furthest(2 * pair)
    const isFree = numbers[at] !== -step * largestInt8
    const bin = isFree ? Math.ceil(2 * errorBins * step * errors[at]!) : 0
    bins[pair] = bin > 0 ? Math.min(bin, errorBins) : 0
    sizes[bins[pair]!]!++
  }
  let lowest = errorBins
  let left = count // for the lowest bin that is moved
  while (lowest > 1 && sizes[lowest]! < left) left -= sizes[lowest--]!

  for (let pair = 0; pair < bins.length; pair++) {
    const bin = bins[pair]!
    if (bin < lowest || (bin === lowest && left-- <= 0)) continue
    numbers[furthest(2 * pair)]! -= step
  }
}

/** Rounds to the nearest, from -127.5 up: faster than Math.round by a factor of 3. */
function toInt8(value: number): number {
  return ((value + 128.5) | 0) - 128
}
