import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gainsOf, quantizeBalancedRows } from '../../../src/model/conversion/balanced-rows.js'

const width = 8
/** Excludes numbers whose products are too small for float32. */
const value = fc.float({ min: -100, max: 100, noNaN: true }).map((x) => (Math.abs(x) < 1e-15 ? 0 : x))
const vector = fc
  .array(value, { minLength: width, maxLength: width })
  .map((values) => Float32Array.from(values))
const even = { mean: new Float64Array(width), variance: new Float64Array(width).fill(1) }

function quantize(row: Float32Array, weight: Float32Array, bias?: Float32Array) {
  const into = { values: new Int8Array(width), scales: new Float32Array(1), offsets: new Float32Array(1) }
  const gain = gainsOf(weight, even)
  quantizeBalancedRows(row, { weight, bias, gain }, into, { column: 0, columns: 1 })
  return { gain, numbers: [...into.values], scale: into.scales[0]!, offset: into.offsets[0]! }
}

const sum = (values: Iterable<number>) => Array.from(values).reduce((total, next) => total + next, 0)

describe('a balanced row', () => {
  test('a balanced row has sum 0, so that a zero point adds nothing to its products', () => {
    fc.assert(fc.property(vector, vector, (row, weight) => sum(quantize(row, weight).numbers) === 0))
  })

  test('a balanced row times gained rows, plus its offset, equals the row times the output of the LayerNorm', () => {
    fc.assert(
      fc.property(vector, vector, vector, vector, (row, weight, bias, input) => {
        const mean = sum(input) / width
        const normalized = input.map((x) => (x - mean) / 100)
        const { gain, numbers, scale, offset } = quantize(row, weight, bias)
        const expected = sum(row.map((w, i) => w * (normalized[i]! * weight[i]! + bias[i]!)))
        const gained = normalized.map((x, i) => x * gain[i]!)
        const product = scale * sum(gained.map((x, i) => x * numbers[i]!)) + offset
        // Each number may be off by one step.
        const tolerance = scale * sum(gained.map(Math.abs)) * 1.001 + 1e-3 * Math.abs(offset) + 1e-2
        return Math.abs(product - expected) <= tolerance
      }),
    )
  })

  test('a balanced row has no pair whose products with 8-bit activations overflow 16 bits', () => {
    fc.assert(
      fc.property(vector, vector, (row, weight) =>
        quantize(row, weight).numbers.every(
          (number, i, all) => i % 2 === 1 || 255 * Math.abs(number + all[i + 1]!) < 2 ** 15,
        ),
      ),
    )
  })

  test('a balanced row is finite even if weights of the LayerNorm are 0', () => {
    const row = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8])
    const some = quantize(row, Float32Array.from([0, 1, 0, 1, 1, 1, 1, 1]), row)
    expect([some.scale, some.offset, ...some.gain].every(Number.isFinite)).toBe(true)
    const none = quantize(row, new Float32Array(width), row)
    expect(none).toMatchObject({ numbers: Array(width).fill(0), scale: 0, offset: 204 })
  })
})

describe('gains', () => {
  test('gains are smaller for channels that are large after normalisation', () => {
    const variance = new Float64Array(width).fill(1)
    variance[3] = 25
    const gains = gainsOf(new Float32Array(width).fill(1), { mean: new Float64Array(width), variance })
    expect(gains[3]!).toBeLessThan(gains[0]!)
    expect(new Set(gains.filter((_, i) => i !== 3)).size).toBe(1)
  })

  test('a gain is not finite if its weight is not, which the caller has to check', () => {
    expect(
      gainsOf(Float32Array.from([1, Number.NaN]), { mean: even.mean, variance: even.variance })[1],
    ).toBeNaN()
  })
})
