import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { l2Normalize } from '../../src/tensor/l2-normalize.js'
import { createTensor } from '../../src/tensor/tensor.js'

describe('l2Normalize', () => {
  test('l2Normalize scales a vector to length 1 and does not change its argument', () => {
    const vector = new Float32Array([3, 4])
    expect(l2Normalize(vector)).toEqual(new Float32Array([0.6, 0.8]))
    expect(vector).toEqual(new Float32Array([3, 4]))
  })

  test('l2Normalize normalises each row along the last dimension of a tensor', () => {
    const tensor = createTensor('float32', new Float32Array([3, 4, 0, 0, 0, -2, 5, 12]), [2, 2, 2])
    const normalized = l2Normalize(tensor)
    expect(normalized.shape).toEqual([2, 2, 2])
    expect(normalized.data).toEqual(new Float32Array([0.6, 0.8, 0, 0, 0, -1, 5 / 13, 12 / 13]))
    expect(tensor.data[0]).toBe(3)
  })

  test('l2Normalize divides by at least 1e-12, as torch.nn.functional.normalize does', () => {
    expect(l2Normalize(new Float32Array([1e-13, 0]))[0]).toBeCloseTo(0.1, 6)
  })

  test('l2Normalize neither overflows nor underflows at the limits of float32', () => {
    expect(l2Normalize(new Float32Array([3e38, 3e38]))[0]).toBeCloseTo(Math.SQRT1_2, 6)
    expect(l2Normalize(new Float32Array([3e-12, 4e-12]))).toEqual(new Float32Array([0.6, 0.8]))
  })

  test('l2Normalize returns a vector of length 1 unless its argument is tiny', () => {
    const vectors = fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 1 })
    fc.assert(
      fc.property(vectors, (vector) => {
        fc.pre(Math.hypot(...vector) > 1e-10)
        expect(Math.hypot(...l2Normalize(vector))).toBeCloseTo(1, 6)
      }),
    )
  })

  test('l2Normalize takes empty vectors and empty rows', () => {
    expect(l2Normalize(new Float32Array(0))).toEqual(new Float32Array(0))
    expect(l2Normalize(createTensor('float32', new Float32Array(0), [3, 0])).shape).toEqual([3, 0])
  })

  test.each([
    ['a list', [3, 4]],
    ['undefined', undefined],
    ['an int32 tensor', createTensor('int32', new Int32Array(2), [2])],
  ])('l2Normalize refuses %s', (_, value) => {
    expect(() => l2Normalize(value as unknown as Float32Array)).toThrow(
      expect.objectContaining({ name: 'ArgumentTypeError', code: 'INVALID_TENSOR' }),
    )
  })

  test('l2Normalize refuses a hand-made tensor whose shape does not fit its data', () => {
    const tensor = { dtype: 'float32', shape: [2, 3], data: new Float32Array(5) } as const
    expect(() => l2Normalize(tensor)).toThrow(
      expect.objectContaining({ name: 'ArgumentRangeError', code: 'INVALID_TENSOR' }),
    )
  })
})
