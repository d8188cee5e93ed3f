import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planBatches } from '../../src/batching/plan.js'

describe('a batch plan', () => {
  test('puts texts of like length together, the longest first', () => {
    expect(planBatches([3, 10, 4, 9], { maxBatchTokens: 20 })).toEqual([
      [1, 3],
      [2, 0],
    ])
  })

  test('counts the padding', () => {
    expect(planBatches([2, 2, 8], { maxBatchTokens: 12 })).toEqual([[2], [0, 1]])
  })

  test('gives a text that is longer than a batch one of its own', () => {
    expect(planBatches([512, 1], { maxBatchTokens: 8 })).toEqual([[0], [1]])
  })

  test('of nothing is nothing', () => {
    expect(planBatches([], { maxBatchTokens: 8 })).toEqual([])
  })

  test('keeps to the budget, and every text stands in exactly one batch', () => {
    const lengths = fc.array(fc.integer({ min: 2, max: 600 }), { maxLength: 300 })
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 4096 }), (counts, maxBatchTokens) => {
        const batches = planBatches(counts, { maxBatchTokens })
        expect(batches.flat().sort((a, b) => a - b)).toEqual(counts.map((_, index) => index))
        for (const batch of batches) {
          const longest = Math.max(...batch.map((index) => counts[index]!))
          expect(batch.length === 1 || batch.length * longest <= maxBatchTokens).toBe(true)
        }
      }),
    )
  })
})
