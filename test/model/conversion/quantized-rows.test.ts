import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quantizeMatrixRows, quantizeTableRows } from '../../../src/model/conversion/quantized-rows.js'

const finite = fc.float({ min: -1e3, max: 1e3, noNaN: true })

/** Rows of the same width. */
const tables = fc
  .integer({ min: 1, max: 9 })
  .chain((width) =>
    fc.array(fc.array(finite, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
  )

function table(rows: readonly (readonly number[])[]) {
  const values = new Int8Array(rows.flat().length)
  const scales = new Float32Array(rows.length)
  quantizeTableRows(Float32Array.from(rows.flat()), { values, scales })
  const width = rows[0]!.length
  return {
    scales: [...scales],
    rows: rows.map((_, row) => [...values.subarray(row * width, (row + 1) * width)]),
  }
}

function matrix(rows: readonly (readonly number[])[]) {
  const width = rows[0]!.length
  const values = new Int8Array(rows.flat().length)
  const scales = new Float32Array(rows.length)
  rows.forEach((row, column) => {
    const into = { values, scales: scales.subarray(column, column + 1) }
    quantizeMatrixRows(Float32Array.from(row), into, { column, columns: rows.length })
  })
  const columns = rows.map((_, column) =>
    Array.from({ length: width }, (_, i) => values[i * rows.length + column]!),
  )
  return { scales: [...scales], rows: columns }
}

describe.each([
  ['table', table, 0.5001, 'half a step'],
  ['matrix', matrix, 1.0001, 'a step'],
] as const)('quantised rows of a %s', (kind, quantize, maxSteps, distance) => {
  test(`quantised rows of a ${kind} are within ${distance}`, () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const { scales, rows: quantized } = quantize(rows)
        const differences = rows.flatMap((row, r) =>
          row.map((value, i) => Math.abs(quantized[r]![i]! * scales[r]! - value) - scales[r]! * maxSteps),
        )
        return Math.max(...differences) <= 1e-9
      }),
    )
  })

  test(`quantised rows of a ${kind} do not depend on each other`, () => {
    const [small, large] = [
      [0.001, -0.002, 0.0005],
      [900, -1000, 3],
    ]
    expect(quantize([small!, large!]).rows).toEqual([quantize([small!]).rows[0], quantize([large!]).rows[0]])
  })

  test(`zeros in a ${kind} are quantised to zeros with scale 0`, () => {
    expect(quantize([[0, 0, 0]])).toEqual({ scales: [0], rows: [[0, 0, 0]] })
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    `the scale of a row of a ${kind} with %f is not finite`,
    (value) => {
      for (const row of [
        [value, 1, 2],
        [1, value, 2],
        [1, 2, value],
      ])
        expect(quantize([row]).scales.some(Number.isFinite)).toBe(false)
    },
  )
})

describe('quantised rows', () => {
  test('quantised rows of a table use all 8 bits', () => {
    expect(table([[2, 1, -2]]).rows).toEqual([[127, 64, -127]])
  })

  test('the sum of a quantised row of a matrix is within half a step of the sum of the row', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const { scales, rows: quantized } = matrix(rows)
        return rows.every((row, r) => {
          const sum = row.reduce((total, value) => total + Math.fround(value), 0)
          const numbers = quantized[r]!.reduce((total, number) => total + number, 0)
          return Math.abs(numbers * scales[r]! - sum) <= scales[r]! * 0.501 + 1e-40 // a scale too small for float32 is 0
        })
      }),
    )
  })

  test('quantised rows of a matrix have no pair whose products with 8-bit activations overflow 16 bits', () => {
    fc.assert(
      fc.property(tables, (rows) =>
        matrix(rows).rows.every((row) =>
          row.every((value, i) => i % 2 === 1 || 255 * Math.abs(value + (row[i + 1] ?? 0)) < 2 ** 15),
        ),
      ),
    )
    // The first of these rows needs a coarser scale for that.
    expect(matrix([[1, 1]]).rows).toEqual([[63, 64]])
    expect(matrix([[1, -1]]).rows).toEqual([[127, -127]])
  })
})
