/** Quantises rows of floats to 8-bit numbers and a scale for each row: value = number * scale. */

export interface QuantizedRows {
  readonly values: Int8Array
  /** One scale per row. */
  readonly scales: Float32Array
}

/** Largest number used. -128 is not, so that the numbers are symmetric around 0. */
const largestInt8 = 127

/**
 * Quantises the rows of a lookup table, each by its largest magnitude.
 *
 * @param rows Shape [rows, width]. A value that is not finite makes its row's scale NaN or infinite.
 * @param into `values` has shape [rows, width], `scales` [rows].
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
 * Quantises the rows of a matrix like those of a table, and then changes a few numbers so that their sum is right, as in
 * {@link quantizeMatrixRow}.
 *
 * @param rows Shape [rows, width]. A value that is not finite makes its row's scale NaN or infinite.
 * @param into `values` has shape [rows, width], `scales` [rows].
 */
export function quantizeProductRows(rows: Float32Array, into: QuantizedRows): void {
  quantizeTableRows(rows, into)
  const width = rows.length / into.scales.length
  for (const [row, scale] of into.scales.entries()) {
    const [start, end] = [row * width, (row + 1) * width]
    if (scale > 0) balance(into.values.subarray(start, end), rows.subarray(start, end), 1 / scale)
  }
}

/**
 * Quantises rows of a matrix. Each row becomes a column of the transposed `values`.
 *
 * @param rows Shape [rows, width]. A value that is not finite makes its row's scale NaN or infinite.
 * @param into `values` has shape [width, columns], of which columns from `column` on are written; `scales` has shape
 * [rows].
 */
export function quantizeMatrixRows(rows: Float32Array, into: QuantizedRows, columns: MatrixColumns): void {
  const width = rows.length / into.scales.length
  for (let row = 0; row < into.scales.length; row++)
    quantizeMatrixRow(rows.subarray(row * width, (row + 1) * width), row, into, columns)
}

/** The columns of the transposed matrix that rows are written to. */
export interface MatrixColumns {
  /** Column of the first row. */
  readonly column: number
  /** Number of columns of the matrix. */
  readonly columns: number
}

/**
 * Quantises one row of a matrix, at position `index` of `into`.
 *
 * Processors without VNNI add two 8-bit products in 16 bits, and saturate (`vpmaddubsw`). The scale therefore bounds
 * the sum of each such pair of weights by 127, not each weight alone. With activations of at most 255, no sum saturates
 * (255 * 128 < 2^15), and all processors compute the same.
 *
 * The sum of the numbers is as close to the row's sum as whole numbers allow. Activations have a part that all channels
 * share, such as the mean of a GELU, and the sum of the rounding errors would multiply it.
 */
export function quantizeMatrixRow(
  row: Float32Array,
  index: number,
  { values, scales }: QuantizedRows,
  { column, columns }: MatrixColumns,
): void {
  const width = row.length
  let largest = 0
  let sum = 0 // becomes NaN if a value is; comparisons ignore NaN
  for (let i = 0; i < width; i += 2) {
    const a = row[i]!
    const b = i + 1 < width ? row[i + 1]! : 0
    // Math.max of three values takes twice the time of the rest of the loop.
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
 * Changes by 1 the numbers whose rounding contributed most to the excess, until the sum is right: a few per row. At
 * most one number of each pair changes, and no number goes beyond 127, so that the sum of a pair stays within 128.
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
  if (!(count > 0 && count < width)) return // already right, or not finite

  // Errors are at most 0.5. If they are spread evenly, twice as many pairs as needed have an error of this size or
  // more.
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

/** Largest magnitude in a range, or NaN if the range contains one; comparisons ignore NaN. */
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

/** Writes the scale for values with this largest magnitude, and returns the factor to multiply the values by. */
export function writeScale(scales: Float32Array, index: number, largest: number): number {
  scales[index] = largest / largestInt8
  return largest === 0 ? 0 : largestInt8 / largest
}

/** Rounds to the nearest whole number, for values from -127.5. Three times as fast as Math.round. */
function toInt8(value: number): number {
  return ((value + 128.5) | 0) - 128
}
