/** The scale of numbers of 8 bits that stand symmetrically around 0: value = number * scale. */

/** The largest number used; -128 is left out, so that there are as many on both sides of 0. */
export const largestInt8 = 127

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
