import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { createTensor, type DataType } from '../../src/tensor/tensor.js'

const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  int8: Int8Array,
  uint8: Uint8Array,
} as const

describe('createTensor', () => {
  test.each(Object.keys(arrays) as DataType[])('keeps the data of a %s tensor without a copy', (dtype) => {
    const data = new arrays[dtype](6)
    const tensor = createTensor(dtype, data, [2, 3])
    expect(tensor.data).toBe(data)
    expect(tensor).toMatchObject({ dtype, shape: [2, 3] })
  })

  test('does not change when the caller changes the shape list afterwards', () => {
    const shape = [2, 3]
    const tensor = createTensor('float32', new Float32Array(6), shape)
    shape[0] = 99
    expect(tensor.shape).toEqual([2, 3])
  })

  test('holds one value for shape [] and none for a shape with a zero', () => {
    expect(createTensor('int32', new Int32Array(1), []).shape).toEqual([])
    expect(createTensor('int32', new Int32Array(0), [4, 0, 7]).shape).toEqual([4, 0, 7])
  })

  test('takes typed arrays of another realm, as Jest and iframes give them', () => {
    const data = runInNewContext('new Float32Array(2)') as Float32Array
    expect(data).not.toBeInstanceOf(Float32Array)
    expect(createTensor('float32', data, [2]).data).toBe(data)
  })

  test.each([
    ['an unknown dtype', 'float16', new Uint8Array(2), [2]],
    ['a dtype from the prototype', 'toString', new Float32Array(2), [2]],
    ['the array of another dtype', 'float32', new Int32Array(2), [2]],
    ['a plain list', 'float32', [1, 2], [2]],
    [
      'an object that only claims to be an array',
      'float32',
      { [Symbol.toStringTag]: 'Float32Array', length: 2 },
      [2],
    ],
    ['no data', 'float32', undefined, [2]],
  ])('refuses %s with a TypeError', (_, dtype, data, shape) => {
    expect(() => createTensor(dtype as 'float32', data as Float32Array, shape)).toThrow(
      expect.objectContaining({ name: 'ArgumentTypeError', code: 'INVALID_TENSOR' }),
    )
  })

  test.each([
    ['too few values', [2, 4]],
    ['too many values', [2, 2]],
    ['a negative dimension', [-2, -3]],
    ['a fraction', [1.5, 4]],
    ['NaN', [Number.NaN]],
    ['a product beyond exact arithmetic', [2 ** 52, 2 ** 52]],
    ['no list', 6],
    ['nothing', undefined],
  ])('refuses a shape with %s with a RangeError', (_, shape) => {
    expect(() => createTensor('float32', new Float32Array(6), shape as number[])).toThrow(
      expect.objectContaining({ name: 'ArgumentRangeError', code: 'INVALID_TENSOR' }),
    )
  })
})
