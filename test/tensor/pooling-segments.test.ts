import { describe, expect, test } from 'vitest'
import { addSegments, segmentWeights } from '../../src/tensor/pooling-segments.js'
import { createTensor } from '../../src/tensor/tensor.js'

describe('segmentWeights', () => {
  test.each([1, 63, 64, 65, 128, 129, 512])(
    'the segments of %i tokens add up to the original weights',
    (tokens) => {
      const weights = createTensor(
        'float32',
        Float32Array.from({ length: 6 * tokens }, (_, i) => i + 1),
        [2, 3, tokens],
      )
      const split = segmentWeights(weights)
      const segments = Math.max(2, Math.ceil(tokens / 64))
      expect(split.shape).toEqual([2, 3 * segments, tokens])
      expect(addSegments(split, 3)).toEqual(weights)
    },
  )

  test('a segment has at most 64 tokens, and there are at least two segments', () => {
    const split = segmentWeights(createTensor('float32', new Float32Array(100).fill(1), [1, 1, 100]))
    const rows = [split.data.subarray(0, 100), split.data.subarray(100)]
    expect(rows.map((row) => row.reduce((sum, one) => sum + one, 0))).toEqual([64, 36])
    expect(segmentWeights(createTensor('float32', new Float32Array(3).fill(1), [1, 1, 3])).shape).toEqual([
      1, 2, 3,
    ])
  })
})
