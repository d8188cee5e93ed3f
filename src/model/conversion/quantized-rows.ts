/** Rows of floats as whole numbers of 8 bits and one scale each: value = number * scale. */

export interface QuantizedRows {
  readonly values: Int8Array
  /** One a row. */
  readonly scales: Float32Array
}

/** The largest number used; -128 is left out, so that there are as many on both sides of 0. */
const largestInt8 = 127

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
export function quantizeMatrixRows(rows: Float32Array, into: QuantizedRows, columns: MatrixColumns): void {
  const width = rows.length / into.scales.length
  for (let row = 0; row < into.scales.length; row++)
    quantizeMatrixRow(rows.subarray(row * width, (row + 1) * width), row, into, columns)
}

/** Where rows become columns of a transposed matrix. */
export interface MatrixColumns {
  /** The column of the first row. */
  readonly column: number
  /** How many the matrix has. */
  readonly columns: number
}

/**
 * Quantises one row of a matrix, the one of number `index` among those of `into`.
 *
 * Processors without VNNI add two products of 8 bits in 16 bits and cut off what does not fit (`vpmaddubsw`). The scale
 * therefore bounds the sum of each such pair of weights by 127, rather than each weight alone: with activations of at
 * most 255 nothing is cut off (255 * 128 < 2^15), and all processors compute the same.
 *
 * The numbers add up to what the row adds up to, as nearly as whole numbers can: activations have a part that all
 * channels share, such as the mean of a GELU, and errors that add up would multiply it.
 */
export function quantizeMatrixRow(
  row: Float32Array,
  index: number,
  { values, scales }: QuantizedRows,
  { column, columns }: MatrixColumns,
): void {
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
  let at = column + index
  for (let i = 0; i < width; i++) {
    values[at] = numbers[i]!
    at += columns
  }
}

/**
 * Moves by 1 those numbers that were rounded the other way by most, until the sum is right: a few of a row. Of each pair
 * one at most, and none beyond 127, so that pairs stay within 128.
 */
function balance(numbers: Int8Array, row: Float32Array, inverse: number): void {
  const width = row.length
  const errors = new Float32Array(width)
  let excess = 0
  for (let i = 0; i < width; i++) {
    const error = numbers[i]! - row[i]! * inverse
    errors[i] = error
    excess += error
  }
  const step = Math.sign(excess)
  const count = Math.round(Math.abs(excess))
  if (!(count > 0 && count < width)) return // right already, or not finite

  // Errors are up to 0.5. Twice as many pairs as are needed reach this far, where errors are spread evenly.
  for (let reach = 0.5 - (2 * count) / width; ; reach -= 0.25) {
    const candidates: number[] = []
    for (let i = 0; i < width; i += 2) {
      const first = step * errors[i]!
      const second = i + 1 < width ? step * errors[i + 1]! : first
      if (first < reach && second < reach) continue
      const at = second > first ? i + 1 : i
      if (step * errors[at]! > 0 && numbers[at] !== -step * largestInt8) candidates.push(at)
    }
    if (candidates.length < count && reach > 0) continue
    candidates.sort((a, b) => step * (errors[b]! - errors[a]!))
    for (const at of candidates.slice(0, count)) numbers[at]! -= step
    return
  }
}

/** The largest magnitude of a stretch; NaN when a NaN is in it, of which comparisons do not tell. */
export function largestMagnitude(values: Float32Array, start: number, end: number): number {
  let largest = 0
  let sum = 0
  for (let i = start; i < end; i++) {
    const magnitude = Math.abs(values[i]!)
    if (magnitude > largest) largest = magnitude
    sum += magnitude
  }
  return Number.isNaN(sum) ? sum : largest
}

/** Writes the scale of numbers whose largest magnitude is given, and returns what they are multiplied by. */
export function writeScale(scales: Float32Array, index: number, largest: number): number {
  scales[index] = largest / largestInt8
  return largest === 0 ? 0 : largestInt8 / largest
}

/** Rounds to the nearest, from -127.5 up: faster than Math.round by a factor of 3. */
function toInt8(value: number): number {
  return ((value + 128.5) | 0) - 128
}
