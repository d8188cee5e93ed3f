import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cosineSimilarity,
  dotSimilarity,
  euclideanSimilarity,
  manhattanSimilarity,
} from '../../src/vectors/similarity.js'

const measures = { cosineSimilarity, dotSimilarity, euclideanSimilarity, manhattanSimilarity }
const everyMeasure = Object.entries(measures)

const values = fc.double({ min: -100, max: 100, noNaN: true })
const pairs = fc
  .integer({ min: 0, max: 9 })
  .chain((length) =>
    fc.tuple(
      fc.array(values, { minLength: length, maxLength: length }),
      fc.array(values, { minLength: length, maxLength: length }),
    ),
  )

describe('similarity of two vectors', () => {
  test('is the cosine of their angle, the dot product, or a negative distance', () => {
    expect(cosineSimilarity([3, 4], [4, 3])).toBeCloseTo(24 / 25, 15)
    expect(dotSimilarity([3, 4], [4, 3])).toBe(24)
    expect(euclideanSimilarity([3, 4], [0, 0])).toBe(-5)
    expect(manhattanSimilarity([3, -4], [1, 1])).toBe(-7)
  })

  test('takes lists and typed arrays, mixed', () => {
    expect(dotSimilarity(new Float32Array([1, 2]), [3, 4])).toBe(11)
    expect(dotSimilarity(new Int8Array([-1, 2]), new Float64Array([3, 4]))).toBe(5)
  })

  test('has cosine 0 with a zero vector, not NaN', () => {
    expect(cosineSimilarity([0, 0], [1, 2])).toBe(0)
    expect(cosineSimilarity([0, 0], [0, 0])).toBe(0)
    expect(cosineSimilarity([], [])).toBe(0)
  })

  test('has a cosine from -1 to 1, so that its arc cosine is never NaN', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: -9, max: 9 }), ([a], factor) => {
        expect(
          Math.acos(
            cosineSimilarity(
              a,
              a.map((value) => value * factor),
            ),
          ),
        ).not.toBeNaN()
      }),
    )
  })

  test('is +0, the largest there is, between a vector and itself for the distances', () => {
    expect(euclideanSimilarity([1, 2], [1, 2])).toBe(0)
    expect(manhattanSimilarity([1, 2], [1, 2])).toBe(0)
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(euclideanSimilarity(a, b)).toBeLessThanOrEqual(0)
        expect(manhattanSimilarity(a, b)).toBeLessThanOrEqual(0)
      }),
    )
  })

  test.each(everyMeasure)('is the same both ways round: %s', (_, similarity) => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(similarity(a, b)).toBe(similarity(b, a))
      }),
    )
  })

  test.each(everyMeasure)('lets NaN through: %s', (_, similarity) => {
    expect(similarity([1, Number.NaN], [1, 2])).toBeNaN()
  })

  test.each(everyMeasure)('refuses vectors of different lengths and names both: %s', (_, similarity) => {
    expect(() => similarity([1, 2, 3], [1, 2, 3, 4])).toThrow(
      expect.objectContaining({
        name: 'ArgumentRangeError',
        code: 'INVALID_TENSOR',
        message: expect.stringMatching(/3.*4/) as string,
      }),
    )
  })

  test.each([undefined, null, 3, 'abc', {}, { length: 1.5 }, { length: '2' }])(
    'refuses %j as a vector',
    (value) => {
      for (const similarity of Object.values(measures))
        expect(() => similarity([1], value as unknown as number[])).toThrow(
          expect.objectContaining({ name: 'ArgumentTypeError', code: 'INVALID_TENSOR' }),
        )
    },
  )
})
