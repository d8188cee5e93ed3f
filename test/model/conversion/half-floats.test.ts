import { describe, expect, test } from 'vitest'
import { narrowFloat16, widenBfloat16, widenFloat16 } from '../../../src/model/conversion/half-floats.js'

const allBits = Uint16Array.from({ length: 65_536 }, (_, bits) => bits)

/** The value as the format defines it: sign, exponent, fraction. */
function halfValue(bits: number, exponentBits: number): number {
  const fractionBits = 15 - exponentBits
  const bias = 2 ** (exponentBits - 1) - 1
  const sign = bits >> 15 ? -1 : 1
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1)
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign / 0 : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias)
}

describe('floats of 16 bits', () => {
  test.each([
    ['float16', widenFloat16, 5],
    ['bfloat16', widenBfloat16, 8],
  ] as const)('every %s is widened exactly', (_, widen, exponentBits) => {
    const widened = new Float32Array(allBits.length)
    widen(allBits, widened)
    const wrong = allBits.filter((bits) => !Object.is(widened[bits], halfValue(bits, exponentBits)))
    expect([...wrong]).toEqual([])
  })

  test('every finite float16 is the same after widening and narrowing', () => {
    const widened = new Float32Array(allBits.length)
    widenFloat16(allBits, widened)
    const narrowed = new Uint16Array(allBits.length)
    narrowFloat16(widened, narrowed)
    const isInfiniteOrNaN = (bits: number) => (bits & 0x7c00) === 0x7c00
    const changed = allBits.filter((bits) => narrowed[bits] !== bits && !isInfiniteOrNaN(bits))
    expect([...changed]).toEqual([])
    expect(allBits.filter(isInfiniteOrNaN).every((bits) => isInfiniteOrNaN(narrowed[bits]!))).toBe(true)
  })

  test('narrowing to float16 rounds to the nearest, ties to even', () => {
    const narrow = (value: number) => {
      const bits = new Uint16Array(1)
      narrowFloat16(Float32Array.of(value), bits)
      return bits[0]!
    }
    for (let bits = 0; bits < 0x7bff; bits += 7) {
      const [low, high] = [halfValue(bits, 5), halfValue(bits + 1, 5)]
      const middle = (low + high) / 2
      expect(narrow(middle)).toBe(bits % 2 === 0 ? bits : bits + 1)
      expect(narrow(middle - (high - low) / 8)).toBe(bits)
      expect(narrow(-(middle + (high - low) / 8))).toBe((bits + 1) | 0x8000)
    }
    expect(narrow(1e6)).toBe(0x7bff)
  })

  test('widened floats are written into a subarray at its place', () => {
    const all = new Float32Array(4)
    widenFloat16(Uint16Array.of(0x3c00, 0xc000), all.subarray(1, 3))
    expect([...all]).toEqual([0, 1, -2, 0])
  })
})
