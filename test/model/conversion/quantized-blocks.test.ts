import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockSize, quantizeBlocks } from '../../../src/model/conversion/quantized-blocks.js'

const finite = fc.float({ min: -1e3, max: 1e3, noNaN: true })

/** Rows of the same width: less than a block, whole blocks, or whole blocks and a part. */
const tables = fc
  .constantFrom(1, 5, 32, 33, 64, 90)
  .chain((width) =>
    fc.array(fc.array(finite, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 3 }),
  )

/** Quantises rows, and returns the values as MatMulNBits reads them. */
function quantize(rows: readonly (readonly number[])[]) {
  const width = rows[0]!.length
  const blocks = Math.ceil(width / blockSize)
  const values = new Uint8Array(rows.length * blocks * blockSize)
  const scales = new Float32Array(rows.length * blocks)
  quantizeBlocks(Float32Array.from(rows.flat()), width, { values, scales })
  const numberAt = (row: number, i: number) =>
    (values[row * blocks * blockSize + i]! - 128) * scales[row * blocks + Math.floor(i / blockSize)]!
  return { blocks, scales, numberAt }
}

describe('quantised blocks', () => {
  test('values in quantised blocks are within a step, and zeros are exact', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const { blocks, scales, numberAt } = quantize(rows)
        return rows.every((row, r) =>
          row.every((value, i) => {
            const step = scales[r * blocks + Math.floor(i / blockSize)]!
            return (
              Math.abs(numberAt(r, i) - value) <= step * 1.0001 + 1e-37 &&
              (value !== 0 || numberAt(r, i) === 0)
            )
          }),
        )
      }),
    )
  })

  test('quantised blocks do not depend on each other, and are padded with zeros', () => {
    const small = Array.from({ length: 40 }, (_, i) => Math.sin(i) * 1e-3)
    const large = small.map((value) => value * 1e6)
    const alone = quantize([small])
    const together = quantize([large, small])
    for (let i = 0; i < 64; i++) expect(together.numberAt(1, i)).toBe(alone.numberAt(0, i))
    for (let i = 40; i < 64; i++) expect(alone.numberAt(0, i)).toBe(0)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'the scale of a block with %f is not finite',
    (value) => {
      expect(quantize([[1, value, 2]]).scales.some(Number.isFinite)).toBe(false)
    },
  )
})
