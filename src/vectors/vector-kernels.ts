/** The inner loops of similarity. A vector is `length` values of an array, starting at an offset. Sums are float64. */

/** Σ a·b */
export function dotProduct(
  a: ArrayLike<number>,
  aOffset: number,
  b: ArrayLike<number>,
  bOffset: number,
  length: number,
): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += a[aOffset + i]! * b[bOffset + i]!
  return sum
}

/** Σ a², in four independent sums, which is twice as fast as one sum. */
export function sumOfSquares(a: Float32Array, offset: number, length: number): number {
  const end = offset + length
  let sum0 = 0
  let sum1 = 0
  let sum2 = 0
  let sum3 = 0
  let i = offset
  for (; i + 3 < end; i += 4) {
    sum0 += a[i]! * a[i]!
    sum1 += a[i + 1]! * a[i + 1]!
    sum2 += a[i + 2]! * a[i + 2]!
    sum3 += a[i + 3]! * a[i + 3]!
  }
  for (; i < end; i++) sum0 += a[i]! * a[i]!
  return sum0 + sum1 + (sum2 + sum3)
}

/** Σ (a - b)². The formula |a|² + |b|² - 2ab would lose half of the digits when two vectors are near each other. */
function squaredDistance(
  a: ArrayLike<number>,
  aOffset: number,
  b: ArrayLike<number>,
  bOffset: number,
  length: number,
): number {
  let sum = 0
  for (let i = 0; i < length; i++) {
    const difference = a[aOffset + i]! - b[bOffset + i]!
    sum += difference * difference
  }
  return sum
}

/** Σ |a - b| */
function absoluteDistance(
  a: ArrayLike<number>,
  aOffset: number,
  b: ArrayLike<number>,
  bOffset: number,
  length: number,
): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += Math.abs(a[aOffset + i]! - b[bOffset + i]!)
  return sum
}

/** Compares one vector with `count` consecutive vectors of `b` and writes `count` values to the start of `out`. */
export type RowsKernel = (
  a: Float32Array,
  aOffset: number,
  b: Float32Array,
  bOffset: number,
  count: number,
  length: number,
  out: Float64Array,
) => void

/**
 * Computes dot products. Four at a time are twice as fast as one at a time: each value of `a` is loaded once for four
 * vectors of `b`, and the four sums are independent.
 */
export const dotProductsWithRows: RowsKernel = (a, aOffset, b, bOffset, count, length, out) => {
  let row = 0
  for (; row + 3 < count; row += 4) {
    const offset0 = bOffset + row * length
    const offset1 = offset0 + length
    const offset2 = offset1 + length
    const offset3 = offset2 + length
    let sum0 = 0
    let sum1 = 0
    let sum2 = 0
    let sum3 = 0
    for (let i = 0; i < length; i++) {
      const value = a[aOffset + i]!
      sum0 += value * b[offset0 + i]!
      sum1 += value * b[offset1 + i]!
      sum2 += value * b[offset2 + i]!
      sum3 += value * b[offset3 + i]!
    }
    out[row] = sum0
    out[row + 1] = sum1
    out[row + 2] = sum2
    out[row + 3] = sum3
  }
  for (; row < count; row++) out[row] = dotProduct(a, aOffset, b, bOffset + row * length, length)
}

/** Computes squared Euclidean distances. */
export const squaredDistancesWithRows: RowsKernel = (a, aOffset, b, bOffset, count, length, out) => {
  for (let row = 0; row < count; row++)
    out[row] = squaredDistance(a, aOffset, b, bOffset + row * length, length)
}

/** Computes Manhattan distances. */
export const absoluteDistancesWithRows: RowsKernel = (a, aOffset, b, bOffset, count, length, out) => {
  for (let row = 0; row < count; row++)
    out[row] = absoluteDistance(a, aOffset, b, bOffset + row * length, length)
}
