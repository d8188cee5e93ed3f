/** The inner loops of quantisation. A separate file, so that a page that only embeds loads them on demand. */

import type { EmbeddingRanges, Precision, PrecisionMap } from './precision.js'
import type { Rows } from './vectors.js'

/** Quantises consecutive vectors of `width` values. `ranges` is required for int8 and uint8. */
export function quantizeRows(
  { data, width }: Pick<Rows, 'data' | 'width'>,
  { precision, ranges }: { readonly precision: Precision; readonly ranges?: EmbeddingRanges | undefined },
): PrecisionMap[Precision] {
  switch (precision) {
    case 'float32':
      return data.slice()
    case 'int8':
    case 'uint8': {
      const isSigned = precision === 'int8'
      const out = isSigned ? new Int8Array(data.length) : new Uint8Array(data.length)
      return fillSteps(out, { data, width, ranges: ranges!, min: isSigned ? -128 : 0 })
    }
    case 'binary':
    case 'ubinary': {
      const isSigned = precision === 'binary'
      const bytes = (data.length / Math.max(1, width)) * Math.ceil(width / 8)
      const out = isSigned ? new Int8Array(bytes) : new Uint8Array(bytes)
      return fillBits(out, { data, width, min: isSigned ? -128 : 0 })
    }
  }
}

/** Writes the step of each value, floor((x - minimum) / step) from 0 to 255, plus `min`. */
function fillSteps<T extends Int8Array | Uint8Array>(
  out: T,
  {
    data,
    width,
    ranges: [minimums, maximums],
    min,
  }: {
    readonly data: Float32Array
    readonly width: number
    readonly ranges: EmbeddingRanges
    readonly min: number
  },
): T {
  const round = isFloat32(minimums) && isFloat32(maximums) ? Math.fround : (value: number) => value
  const steps = Float64Array.from(minimums, (minimum, i) => {
    const step = round(round(maximums[i]! - minimum) / 255)
    return step === 0 ? 1 : step
  })
  for (let start = 0; start < data.length; start += width)
    for (let i = 0; i < width; i++) {
      const step = Math.floor(round(round(data[start + i]! - minimums[i]!) / steps[i]!))
      out[start + i] = Math.min(Math.max(step, 0), 255) + min
    }
  return out
}

/**
 * Packs eight values into a byte, the first one in the highest bit. Unused bits of the last byte are 0. Adds `min` to
 * each byte.
 */
function fillBits<T extends Int8Array | Uint8Array>(
  out: T,
  { data, width, min }: { readonly data: Float32Array; readonly width: number; readonly min: number },
): T {
  let next = 0
  for (let start = 0; start < data.length; start += width)
    for (let i = 0; i < width; i += 8) {
      let byte = 0
      for (let bit = 0; bit < 8; bit++)
        byte = (byte << 1) | Number(i + bit < width && data[start + i + bit]! > 0)
      out[next++] = byte + min
    }
  return out
}

function isFloat32(values: ArrayLike<number>): boolean {
  if (Object.prototype.toString.call(values) === '[object Float64Array]') return false
  return Array.prototype.every.call(values, (value: number) => Object.is(Math.fround(value), value))
}
