import { describe, expect, test } from 'vitest'
import { createTensor } from '../../src/tensor/tensor.js'
import { truncateEmbeddings } from '../../src/vectors/truncate.js'

const vectors = [new Float32Array([3, 4, 12]), new Float32Array([0, 0, 1])]

describe('truncateEmbeddings', () => {
  test('truncateEmbeddings keeps the first values of a vector, of a list, and of the rows of a tensor', () => {
    const options = { truncateDim: 2 }
    expect([...truncateEmbeddings(vectors[0]!, options)]).toEqual([3, 4])
    expect(truncateEmbeddings(vectors, options).map((vector) => [...vector])).toEqual([
      [3, 4],
      [0, 0],
    ])
    const tensor = createTensor('float32', new Float32Array([3, 4, 12, 0, 0, 1]), [2, 3])
    const kept = truncateEmbeddings(tensor, options)
    expect(kept).toEqual(createTensor('float32', new Float32Array([3, 4, 0, 0]), [2, 2]))
  })

  test('truncateEmbeddings with normalize scales vectors to length 1 and leaves a zero vector zero', () => {
    const [first, second] = truncateEmbeddings(vectors, { truncateDim: 2, normalize: true })
    expect([...first!]).toEqual([Math.fround(0.6), Math.fround(0.8)])
    expect([...second!]).toEqual([0, 0])
  })

  test('truncateEmbeddings returns a copy of all values when there are fewer than truncateDim', () => {
    const whole = truncateEmbeddings(vectors[0]!, { truncateDim: 9 })
    expect(whole).toEqual(vectors[0])
    expect(whole).not.toBe(vectors[0])
    expect(truncateEmbeddings([], { truncateDim: 9 })).toEqual([])
  })

  test.each([0, -1, 1.5, Number.NaN, '2'])(
    'truncateEmbeddings refuses truncateDim %s with INVALID_OPTION',
    (truncateDim) => {
      expect(() => truncateEmbeddings(vectors, { truncateDim: truncateDim as number })).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION' }),
      )
    },
  )
})
