/** Reads quantised vectors as floats: a byte becomes the middle of its step, a bit becomes +1 or -1. */

import { blockRows, type RowBlock } from './compare-rows.js'
import type { EmbeddingRanges, Precision } from './precision.js'
import type { StoredRows } from './stored-rows.js'

/** Reads a block of rows as floats. The next call overwrites the block that it returns. */
type BlockReader = (start: number, count: number) => RowBlock

/**
 * @param width Number of values of a vector. For packed bits, the unused bits of the last byte are skipped.
 * @param ranges Required for int8 and uint8.
 */
export function createBlockReader(
  rows: StoredRows,
  {
    precision,
    width,
    ranges,
  }: { readonly precision: Precision; readonly width: number; readonly ranges?: EmbeddingRanges | undefined },
): BlockReader {
  const { data: whole } = rows
  if (precision === 'float32' && whole)
    return (start, count) => ({ data: whole as Float32Array, offset: start * width, count })
  const data = new Float32Array(blockRows * width)
  switch (precision) {
    case 'float32':
      return (start, count) => {
        rows.copy(start, count, data, width)
        return { data, offset: 0, count }
      }
    case 'int8':
    case 'uint8': {
      const toMiddle = precision === 'int8' ? 128.5 : 0.5
      const [minimums, maximums] = ranges!
      const steps = Float64Array.from(minimums, (minimum, i) => (maximums[i]! - minimum) / 255)
      const offsets = Float64Array.from(minimums, (minimum, i) => minimum + steps[i]! * toMiddle)
      return (start, count) => {
        rows.copy(start, count, data, width)
        toValues(data, count, steps, offsets)
        return { data, offset: 0, count }
      }
    }
    case 'binary':
    case 'ubinary': {
      const bytes = new Uint8Array(blockRows * rows.width)
      const flip = precision === 'binary' ? 0x80 : 0
      return (start, count) => {
        rows.copy(start, count, bytes, rows.width)
        for (let row = 0; row < count; row++)
          for (let i = 0; i < width; i++) {
            const byte = bytes[row * rows.width + (i >> 3)]! ^ flip
            data[row * width + i] = (byte >> (7 - (i & 7))) & 1 ? 1 : -1
          }
        return { data, offset: 0, count }
      }
    }
  }
}

/** Replaces step numbers by values, in place. Dimension by dimension, because row by row takes twice as long. */
function toValues(data: Float32Array, count: number, steps: Float64Array, offsets: Float64Array): void {
  const { length: width } = steps
  const end = count * width
  for (let i = 0; i < width; i++) {
    const step = steps[i]!
    const offset = offsets[i]!
    for (let at = i; at < end; at += width) data[at] = data[at]! * step + offset
  }
}
