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
  const imitation = { [Symbol.toStringTag]: 'Float32Array', length: 2 }

  test.each(Object.keys(arrays) as DataType[])(
    'createTensor does not copy the data of a %s tensor',
    (dtype) => {
      const data = new arrays[dtype](6)
      const tensor = createTensor(dtype, data, [2, 3])
      expect(tensor.data).toBe(data)
      expect(tensor).toMatchObject({ dtype, shape: [2, 3] })
    },
  )

  test("a tensor's shape does not change when the caller changes the list later", () => {
    const shape = [2, 3]
    const tensor = createTensor('float32', new Float32Array(6), shape)
    shape[0] = 99
    expect(tensor.shape).toEqual([2, 3])
  })

  test('shape [] is one value, and a shape with a zero is none', () => {
    expect(createTensor('int32', new Int32Array(1), []).shape).toEqual([])
    expect(createTensor('int32', new Int32Array(0), [4, 0, 7]).shape).toEqual([4, 0, 7])
  })

  test('createTensor takes typed arrays of another realm, as Jest and iframes have them', () => {
    const data = runInNewContext('new Float32Array(2)') as Float32Array
    expect(data).not.toBeInstanceOf(Float32Array)
    expect(createTensor('float32', data, [2]).data).toBe(data)
  })

  test.each([
    ['an unknown dtype', 'float16', new Uint8Array(2), [2]],
    ['a dtype from the prototype', 'toString', new Float32Array(2), [2]],
    ['the array of another dtype', 'float32', new Int32Array(2), [2]],
    ['a plain list', 'float32', [1, 2], [2]],
    ['an object that imitates an array', 'float32', imitation, [2]],
    ['undefined data', 'float32', undefined, [2]],
  ])('createTensor refuses %s with a TypeError', (_, dtype, data, shape) => {
    expect(() => createTensor(dtype as 'float32', data as Float32Array, shape)).toThrow(
      expect.objectContaining({ name: 'ArgumentTypeError', code: 'INVALID_TENSOR' }),
    )
  })

  test.each([
    ['a shape with too many values', [2, 4]],
    ['a shape with too few values', [2, 2]],
    ['a shape with a negative dimension', [-2, -3]],
    ['a shape with a fraction', [1.5, 4]],
    ['a shape with NaN', [Number.NaN]],
    ['a shape whose size is too large for exact arithmetic', [2 ** 52, 2 ** 52]],
    ['a shape that is a number', 6],
    ['an undefined shape', undefined],
  ])('createTensor refuses %s with a RangeError', (_, shape) => {
    expect(() => createTensor('float32', new Float32Array(6), shape as number[])).toThrow(
      expect.objectContaining({ name: 'ArgumentRangeError', code: 'INVALID_TENSOR' }),
    )
  })
})
