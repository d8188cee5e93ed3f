import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTensor } from '../../src/tensor/tensor.js'
import { similarityMatrix } from '../../src/vectors/similarity-matrix.js'
import { type SimilarityMetric, similarityMetrics } from '../../src/vectors/similarity-metrics.js'
import type { Vectors } from '../../src/vectors/vectors.js'
import { pairSimilarities } from './pair-similarities.js'

const vectorsOf = (dimension: number, maxLength: number) =>
  fc.array(
    fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: dimension, maxLength: dimension }),
    { maxLength, size: 'max' },
  )

describe('similarityMatrix', () => {
  test.each(similarityMetrics)('similarityMatrix holds the %s similarity of every pair', (metric) => {
    // More rows than one block, and every remainder of four, which the loops take at a time.
    const lists = fc
      .integer({ min: 1, max: 5 })
      .chain((dimension) => fc.tuple(vectorsOf(dimension, 4), vectorsOf(dimension, 140)))
    fc.assert(
      fc.property(lists, ([a, b]) => {
        const { data, shape } = similarityMatrix(a, b, { metric })
        expect(shape).toEqual([a.length, b.length])
        const expected = a.flatMap((left) => b.map((right) => pairSimilarities[metric](left, right)))
        // One rounding to float32. For the cosine, two divisions come in another order.
        for (const [i, value] of expected.entries())
          expect(Math.abs(data[i]! - value)).toBeLessThanOrEqual(1e-7 * Math.max(1, Math.abs(value)))
      }),
      { numRuns: 60 },
    )
  })

  /*
   * a = states[0], b = states[1, :2] of the tensors in pooling.test.ts, by sentence_transformers.util's
   * cos_sim, dot_score, euclidean_sim and manhattan_sim (6.0.1), printed with 6 decimals.
   */
  // biome-ignore format: two lines a matrix
  const expectedMatrices: Record<SimilarityMetric, number[]> = {
    cosine: [
      -0.713876, 0.509742, -0.948383, -0.099017, -0.365992,
      -0.356239, -0.233394, -0.943975, 0.320236, 0.242995,
    ],
    dot: [
      -0.467221, 1.627671, -0.692079, -0.352533, -0.269289,
      -1.278807, -0.162124, -3.199164, 0.304099, 1.125795,
    ],
    euclidean: [
      -1.683288, -2.146859, -1.918702, -2.994604, -1.693997,
      -3.294539, -1.558956, -3.803913, -1.760817, -2.724411,
    ],
    manhattan: [-2.726, -2.954, -2.283, -4.699, -2.905, -4.037, -2.553, -5.585, -2.664, -4.162],
  }

  test.each(similarityMetrics)(
    'similarityMatrix returns the %s similarities of sentence-transformers',
    (metric) => {
      const a = [
        [-0.82, 0.396, 0.899],
        [-1.388, -0.167, 0.285],
        [-0.641, -0.894, 0.927],
        [-0.536, -1.16, -0.46],
        [0.709, 1.013, -1.385],
      ]
      const b = [
        [0.504, -0.084, -0.023],
        [0.174, 2.298, 0.957],
      ]
      const { data } = similarityMatrix(a, b, { metric })
      for (const [i, value] of expectedMatrices[metric].entries()) expect(data[i]).toBeCloseTo(value, 5)
    },
  )

  test('similarityMatrix computes the cosine by default', () => {
    const vectors = [new Float32Array([3, 4]), new Float32Array([-4, 3])]
    expect([...similarityMatrix(vectors, vectors).data]).toEqual([1, 0, 0, 1])
  })

  test('similarityMatrix takes tensors and lists', () => {
    const list = [
      [1, 2],
      [3, 4],
      [5, 6],
    ]
    const tensor = createTensor('float32', Float32Array.from(list.flat()), [3, 2])
    for (const metric of similarityMetrics)
      expect(similarityMatrix(tensor, list, { metric })).toEqual(similarityMatrix(list, tensor, { metric }))
  })

  test('similarityMatrix keeps the digits of small distances between long vectors', () => {
    const { data } = similarityMatrix([[4096, 1]], [[4096, 1.0009765625]], { metric: 'euclidean' })
    expect(data[0]).toBe(-0.0009765625)
  })

  test('the cosine with a zero vector is 0, and the distance of equal vectors is +0', () => {
    expect([
      ...similarityMatrix(
        [[0, 0]],
        [
          [1, 2],
          [0, 0],
        ],
      ).data,
    ]).toEqual([0, 0])
    for (const metric of ['euclidean', 'manhattan'] as const)
      expect(similarityMatrix([[1, 2]], [[1, 2]], { metric }).data[0]).toBe(0)
  })

  test('similarityMatrix of an empty list has no rows or no columns', () => {
    expect(similarityMatrix([], [[1, 2]]).shape).toEqual([0, 1])
    expect(similarityMatrix([[1, 2]], []).shape).toEqual([1, 0])
    expect(similarityMatrix([], []).shape).toEqual([0, 0])
  })

  test.each([
    ['between the lists', [[1, 2, 3]], [[1, 2]], /3.*2/],
    ['within a list', [[1, 2]], [[1, 2], [1, 2], [1]], /b\[2\] has 1.*2/],
    ['of a tensor', createTensor('float32', new Float32Array(6), [2, 3]), [[1, 2]], /3.*2/],
  ])('similarityMatrix refuses different lengths %s and names both lengths', (_, a, b, message) => {
    expect(() => similarityMatrix(a as Vectors, b)).toThrow(
      expect.objectContaining({
        name: 'ArgumentRangeError',
        code: 'INVALID_TENSOR',
        message: expect.stringMatching(message) as string,
      }),
    )
  })

  test.each([
    ['one vector instead of a list', new Float32Array(3)],
    ['a list of numbers', [1, 2, 3]],
    ['a list of texts', ['abc', 'abd']],
    ['undefined', undefined],
    ['an int32 tensor', createTensor('int32', new Int32Array(4), [2, 2])],
  ])('similarityMatrix refuses %s with a TypeError', (_, vectors) => {
    for (const [a, b] of [
      [vectors, [[1, 2]]],
      [[[1, 2]], vectors],
    ])
      expect(() => similarityMatrix(a as Vectors, b as Vectors)).toThrow(
        expect.objectContaining({ name: 'ArgumentTypeError', code: 'INVALID_TENSOR' }),
      )
  })

  test('similarityMatrix says how to pass one vector', () => {
    const refusal = { code: 'INVALID_TENSOR', message: expect.stringContaining('[vector]') as string }
    expect(() => similarityMatrix(Float32Array.of(1, 2) as unknown as Vectors, [[1, 2]])).toThrow(
      expect.objectContaining(refusal),
    )
  })

  test('similarityMatrix refuses a tensor that is not a matrix', () => {
    const tensor = createTensor('float32', new Float32Array(4), [4])
    expect(() => similarityMatrix(tensor, tensor)).toThrow(
      expect.objectContaining({ name: 'ArgumentRangeError', code: 'INVALID_TENSOR' }),
    )
  })

  test.each(['Cosine', 'toString', '', null, 3])(
    'similarityMatrix refuses the metric %j and names all metrics',
    (metric) => {
      expect(() => similarityMatrix([], [], { metric: metric as SimilarityMetric })).toThrow(
        expect.objectContaining({
          code: 'INVALID_OPTION',
          message: expect.stringContaining(similarityMetrics.map((name) => `"${name}"`).join(', ')) as string,
        }),
      )
    },
  )
})
