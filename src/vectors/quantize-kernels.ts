/** The loops behind quantisation: apart, so that a page that only embeds loads them when they are asked for. */

import type { EmbeddingRanges, Precision, PrecisionMap } from './precision.js'
import type { Rows } from './vectors.js'

/** Quantises vectors one after the other; `ranges` have to be there for int8 and uint8. */
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
      return fillSteps(out, { data, width, ranges: ranges!, least: isSigned ? -128 : 0 })
    }
    case 'binary':
    case 'ubinary': {
      const isSigned = precision === 'binary'
      const bytes = (data.length / Math.max(1, width)) * Math.ceil(width / 8)
      const out = isSigned ? new Int8Array(bytes) : new Uint8Array(bytes)
      return fillBits(out, { data, width, least: isSigned ? -128 : 0 })
    }
  }
}

/** The number of the step each value lies on, counted from `least`: floor((x - start) / step), from 0 to 255. */
function fillSteps<T extends Int8Array | Uint8Array>(
  out: T,
  {
    data,
    width,
    ranges: [minimums, maximums],
    least,
  }: {
    readonly data: Float32Array
    readonly width: number
    readonly ranges: EmbeddingRanges
    readonly least: number
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
      out[start + i] = Math.min(Math.max(step, 0), 255) + least
    }
  return out
}

/** Eight values a byte, the first one highest; where they do not fill the last byte, 0 follows. */
function fillBits<T extends Int8Array | Uint8Array>(
  out: T,
  { data, width, least }: { readonly data: Float32Array; readonly width: number; readonly least: number },
): T {
  let next = 0
  for (let start = 0; start < data.length; start += width)
    for (let i = 0; i < width; i += 8) {
      let byte = 0
      for (let bit = 0; bit < 8; bit++)
        byte = (byte << 1) | Number(i + bit < width && data[start + i + bit]! > 0)
      out[next++] = byte + least
    }
  return out
}

function isFloat32(values: ArrayLike<number>): boolean {
  if (Object.prototype.toString.call(values) === '[object Float64Array]') return false
  return Array.prototype.every.call(values, (value: number) => Object.is(Math.fround(value), value))
}
