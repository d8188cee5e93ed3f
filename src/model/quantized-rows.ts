/** Rows of floats as whole numbers of 8 bits and one scale each: value = number * scale. */

import { largestMagnitude, writeScale } from './symmetric-scale.js'

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
 * Processors without VNNI add two products of 8 bits in 16 bits and cut off what does not fit (`vpmaddubsw`). The scale
 * therefore bounds the sum of each such pair of weights by 127, rather than each weight alone: with activations of at
 * most 255 nothing is cut off (255 * 128 < 2^15), and all processors compute the same.
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
    const start = row * width
    const end = start + width
    let largest = 0
    let sum = 0 // tells of a NaN, which no comparison does
    for (let i = start; i < end; i += 2) {
      const a = rows[i]!
      const b = i + 1 < end ? rows[i + 1]! : 0
      // Comparisons, because Math.max of three takes twice the time of the whole rest.
      const magnitudeOfA = Math.abs(a)
      const magnitudeOfB = Math.abs(b)
      const together = Math.abs(a + b)
      if (magnitudeOfA > largest) largest = magnitudeOfA
      if (magnitudeOfB > largest) largest = magnitudeOfB
      if (together > largest) largest = together
      sum += together
    }
    const inverse = writeScale(scales, row, Number.isNaN(sum) ? sum : largest)
    let at = column + row
    for (let i = start; i < end; i++) {
      values[at] = toInt8(rows[i]! * inverse)
      at += columns
    }
  }
}

/** Rounds to the nearest, from -127.5 up: faster than Math.round by a factor of 3. */
function toInt8(value: number): number {
  return ((value + 128.5) | 0) - 128
}
