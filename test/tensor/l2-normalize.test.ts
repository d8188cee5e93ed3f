import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { l2Normalize } from '../../src/tensor/l2-normalize.js'
import { createTensor } from '../../src/tensor/tensor.js'

describe('l2Normalize', () => {
  test('scales a vector to length 1 and leaves the argument as it is', () => {
    const vector = new Float32Array([3, 4])
    expect(l2Normalize(vector)).toEqual(new Float32Array([0.6, 0.8]))
    expect(vector).toEqual(new Float32Array([3, 4]))
  })

  test('normalises a tensor along its last dimension, each row on its own', () => {
    const tensor = createTensor('float32', new Float32Array([3, 4, 0, 0, 0, -2, 5, 12]), [2, 2, 2])
    const normalized = l2Normalize(tensor)
    expect(normalized.shape).toEqual([2, 2, 2])
    expect(normalized.data).toEqual(new Float32Array([0.6, 0.8, 0, 0, 0, -1, 5 / 13, 12 / 13]))
    expect(tensor.data[0]).toBe(3)
  })

  test('divides by 1e-12 at least, as torch.nn.functional.normalize does', () => {
    expect(l2Normalize(new Float32Array([1e-13, 0]))[0]).toBeCloseTo(0.1, 6)
  })

  test('neither overflows nor underflows at the ends of float32', () => {
    expect(l2Normalize(new Float32Array([3e38, 3e38]))[0]).toBeCloseTo(Math.SQRT1_2, 6)
    expect(l2Normalize(new Float32Array([3e-12, 4e-12]))).toEqual(new Float32Array([0.6, 0.8]))
  })

  test('gives length 1 for every vector that is not tiny', () => {
    const vectors = fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 1 })
    fc.assert(
      fc.property(vectors, (vector) => {
        fc.pre(Math.hypot(...vector) > 1e-10)
        expect(Math.hypot(...l2Normalize(vector))).toBeCloseTo(1, 6)
      }),
    )
  })

  test('takes empty vectors and empty rows', () => {
    expect(l2Normalize(new Float32Array(0))).toEqual(new Float32Array(0))
    expect(l2Normalize(createTensor('float32', new Float32Array(0), [3, 0])).shape).toEqual([3, 0])
  })

  test.each([
    ['a list', [3, 4]],
    ['nothing', undefined],
    ['an int32 tensor', createTensor('int32', new Int32Array(2), [2])],
  ])('refuses %s', (_, value) => {
    expect(() => l2Normalize(value as unknown as Float32Array)).toThrow(
      expect.objectContaining({ name: 'ArgumentTypeError', code: 'INVALID_TENSOR' }),
    )
  })

  test('refuses a tensor made by hand whose shape does not fit its data', () => {
    const tensor = { dtype: 'float32', shape: [2, 3], data: new Float32Array(5) } as const
    expect(() => l2Normalize(tensor)).toThrow(
      expect.objectContaining({ name: 'ArgumentRangeError', code: 'INVALID_TENSOR' }),
    )
  })
})
