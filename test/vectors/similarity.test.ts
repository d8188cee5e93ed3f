import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cosineSimilarity } from '../../src/vectors/similarity.js'

const values = fc.double({ min: -100, max: 100, noNaN: true })
const listOf = (length: number) => fc.array(values, { minLength: length, maxLength: length })
const pairs = fc.integer({ min: 0, max: 9 }).chain((length) => fc.tuple(listOf(length), listOf(length)))

test('cosineSimilarity is the cosine of the angle between two vectors', () => {
  expect(cosineSimilarity([3, 4], [4, 3])).toBeCloseTo(24 / 25, 15)
})

test('cosineSimilarity takes lists and typed arrays, mixed', () => {
  expect(cosineSimilarity(new Float32Array([3, 4]), [4, 3])).toBeCloseTo(24 / 25, 15)
  expect(cosineSimilarity(new Int8Array([-3, 4]), new Float64Array([3, 4]))).toBeCloseTo(7 / 25, 15)
})

test('cosineSimilarity with a zero vector is 0, not NaN', () => {
  expect(cosineSimilarity([0, 0], [1, 2])).toBe(0)
  expect(cosineSimilarity([0, 0], [0, 0])).toBe(0)
  expect(cosineSimilarity([], [])).toBe(0)
})

test('cosineSimilarity is from -1 to 1, so that its arc cosine is never NaN', () => {
  fc.assert(
    fc.property(pairs, fc.integer({ min: -9, max: 9 }), ([a], factor) => {
      const scaled = a.map((value) => value * factor)
      expect(Math.acos(cosineSimilarity(a, scaled))).not.toBeNaN()
    }),
  )
})

test('cosineSimilarity does not depend on the order of its arguments', () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      expect(cosineSimilarity(a, b)).toBe(cosineSimilarity(b, a))
    }),
  )
})

test('cosineSimilarity of a vector with NaN is NaN', () => {
  expect(cosineSimilarity([1, Number.NaN], [1, 2])).toBeNaN()
})

test('cosineSimilarity refuses vectors of different lengths and names both lengths', () => {
  expect(() => cosineSimilarity([1, 2, 3], [1, 2, 3, 4])).toThrow(
    expect.objectContaining({
      name: 'ArgumentRangeError',
      code: 'INVALID_TENSOR',
      message: expect.stringMatching(/3.*4/) as string,
    }),
  )
})

test.each([undefined, null, 3, 'abc', {}, { length: 1.5 }, { length: '2' }])(
  'cosineSimilarity refuses %j, which is not a vector',
  (value) => {
    expect(() => cosineSimilarity([1], value as unknown as number[])).toThrow(
      expect.objectContaining({ name: 'ArgumentTypeError', code: 'INVALID_TENSOR' }),
    )
  },
)
