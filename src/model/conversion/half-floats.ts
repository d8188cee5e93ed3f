/** Converts float16 and bfloat16 to float32, and float32 to float16. */

/** Widens IEEE half-precision floats, given by their bits. Every one of them is exactly a float32. */
export function widenFloat16(bits: Uint16Array, into: Float32Array): void {
  const words = new Uint32Array(into.buffer, into.byteOffset, into.length)
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i]!
    const exponent = (half >> 10) & 31
    if (exponent === 0)
      into[i] = ((half & 0x8000) === 0 ? 1 : -1) * (half & 0x3ff) * 2 ** -24 // zero or subnormal
    else {
      const widened = exponent === 31 ? 255 : exponent + 112 // infinity and NaN: the exponent has all bits set
      words[i] = ((half & 0x8000) << 16) | (widened << 23) | ((half & 0x3ff) << 13)
    }
  }
}

/** Widens bfloat16 numbers, given by their bits: they are the upper halves of float32 numbers. */
export function widenBfloat16(bits: Uint16Array, into: Float32Array): void {
  const words = new Uint32Array(into.buffer, into.byteOffset, into.length)
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16
}

/** Rounds to the nearest IEEE half-precision float, ties to even. Values beyond the largest, 65504, become 65504. */
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
      const steps = Math.abs(values[i]!) * 2 ** 24 // in units of 2^-24, the spacing of subnormals
      const below = Math.floor(steps)
      const isUp = steps - below > 0.5 || (steps - below === 0.5 && below % 2 === 1)
      bits[i] = sign | (below + Number(isUp))
    }
  }
}

/** Returns the values of a tensor's bytes as float32. Copies the bytes only if they are not aligned. */
export function toFloat32(bytes: Uint8Array, dtype: string): Float32Array {
  const width = dtype === 'F32' ? 4 : 2
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes)
  if (dtype === 'F32') return new Float32Array(buffer, byteOffset, byteLength / 4)
  const widened = new Float32Array(byteLength / 2)
  const widen = dtype === 'F16' ? widenFloat16 : widenBfloat16
  widen(new Uint16Array(buffer, byteOffset, byteLength / 2), widened)
  return widened
}
