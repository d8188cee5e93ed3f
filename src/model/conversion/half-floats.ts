/** Floats of 16 bits: widened to 32, and narrowed to. */

/** Copies IEEE half-precision floats, given by their bits, into `into`. Every one of them is a float32 exactly. */
export function widenFloat16(bits: Uint16Array, into: Float32Array): void {
  const words = new Uint32Array(into.buffer, into.byteOffset, into.length)
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i]!
    const exponent = (half >> 10) & 31
    if (exponent === 0)
      into[i] = ((half & 0x8000) === 0 ? 1 : -1) * (half & 0x3ff) * 2 ** -24 // zero, or below the normal ones
    else {
      const widened = exponent === 31 ? 255 : exponent + 112 // infinity and NaN keep their exponent of all ones
      words[i] = ((half & 0x8000) << 16) | (widened << 23) | ((half & 0x3ff) << 13)
    }
  }
}

/** Copies bfloat16s, given by their bits, into `into`: they are the upper halves of float32s. */
export function widenBfloat16(bits: Uint16Array, into: Float32Array): void {
  const words = new Uint32Array(into.buffer, into.byteOffset, into.length)
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16
}

/** Rounds to the nearest IEEE half-precision float, ties to even; what is beyond the largest, 65504, becomes that. */
export function narrowFloat16(values: Float32Array, bits: Uint16Array): void {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const sign = (word >>> 16) & 0x8000
    const magnitude = word & 0x7fffffff
    if (magnitude >= 0x7f800000) bits[i] = sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00)
    else if (magnitude >= 0x38800000 /* 2^-14, the smallest normal one */) {
      const rebiased = magnitude - (112 << 23)
      bits[i] = sign | Math.min(0x7bff, (rebiased + 0xfff + ((rebiased >> 13) & 1)) >> 13)
    } else {
      const steps = Math.abs(values[i]!) * 2 ** 24 // of 2^-24, what the numbers below are multiples of
      const below = Math.floor(steps)
      const isUp = steps - below > 0.5 || (steps - below === 0.5 && below % 2 === 1)
      bits[i] = sign | (below + Number(isUp))
    }
  }
}

/** Copies only what lies askew in its memory. */
export function toFloat32(bytes: Uint8Array, dtype: string): Float32Array {
  const width = dtype === 'F32' ? 4 : 2
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes)
  if (dtype === 'F32') return new Float32Array(buffer, byteOffset, byteLength / 4)
  const widened = new Float32Array(byteLength / 2)
  const widen = dtype === 'F16' ? widenFloat16 : widenBfloat16
  widen(new Uint16Array(buffer, byteOffset, byteLength / 2), widened)
  return widened
}
