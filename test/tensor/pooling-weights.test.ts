import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pool } from '../../src/tensor/pooling.js'
import { poolingModes } from '../../src/tensor/pooling-modes.js'
import { type LinearPoolingMode, poolingWeights } from '../../src/tensor/pooling-weights.js'
import { createTensor, type Tensor } from '../../src/tensor/tensor.js'

const linearModes = poolingModes.filter((mode): mode is LinearPoolingMode => mode !== 'max')

function maskOf(rows: readonly (readonly number[])[]): Tensor<'int32'> {
  return createTensor('int32', Int32Array.from(rows.flat()), [rows.length, rows[0]!.length])
}

/** Masks of batches: with holes, with padding on either side, and with rows without a token. */
const masks = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 }))
  .chain(([batch, tokens]) =>
    fc.array(fc.array(fc.constantFrom(0, 1), { minLength: tokens, maxLength: tokens }), {
      minLength: batch,
      maxLength: batch,
    }),
  )
  .map(maskOf)

describe('poolingWeights', () => {
  test('poolingWeights returns one row per text and mode, in the order of the list', () => {
    const { shape, data } = poolingWeights(maskOf([[1, 1, 1, 0]]), ['weightedmean', 'lasttoken', 'cls'])
    expect(shape).toEqual([1, 3, 4])
    expect([...data]).toEqual([1 / 6, 2 / 6, 3 / 6, 0, 0, 0, 1, 0, 1, 0, 0, 0].map(Math.fround))
  })

  test('the weights of a text without tokens are zeros in every mode', () => {
    const { data } = poolingWeights(maskOf([[0, 0]]), linearModes)
    expect([...data]).toEqual(new Array(2 * linearModes.length).fill(0))
  })

  test('the product of weights and token vectors is the result of pool', () => {
    fc.assert(
      fc.property(
        masks,
        fc.subarray(linearModes, { minLength: 1 }),
        fc.integer({ min: 0, max: 1e6 }),
        (mask, modes, seed) => {
          const [batch, tokens] = mask.shape as [number, number]
          const hidden = 3
          const values = Float32Array.from({ length: batch * tokens * hidden }, (_, i) =>
            Math.sin(seed + 7 * i),
          )
          const expected = pool(createTensor('float32', values, [batch, tokens, hidden]), mask, {
            pooling: modes,
          })
          const weights = poolingWeights(mask, modes).data
          expected.data.forEach((value, i) => {
            const [row, h] = [Math.floor(i / hidden), i % hidden] // row: text * modes + mode
            const text = Math.floor(row / modes.length)
            let sum = 0
            for (let position = 0; position < tokens; position++)
              sum += weights[row * tokens + position]! * values[(text * tokens + position) * hidden + h]!
            expect(Math.abs(sum - value)).toBeLessThan(1e-6) // the weights are rounded to float32
          })
        },
      ),
    )
  })
})
