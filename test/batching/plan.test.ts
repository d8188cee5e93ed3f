import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBatchPlan } from '../../src/batching/plan.js'

interface Text {
  readonly tokens: number
}

function planOf(tokenCounts: readonly number[]) {
  const plan = createBatchPlan<Text>()
  const texts = tokenCounts.map((tokens) => ({ tokens }))
  for (const text of texts) plan.add(text)
  return { plan, texts }
}

/** The lengths in the batch that the text at `index` is taken into. */
function batchOf(tokenCounts: readonly number[], index: number, maxBatchTokens: number): number[] {
  const { plan, texts } = planOf(tokenCounts)
  return plan.take(texts[index]!, maxBatchTokens).map(({ tokens }) => tokens)
}

describe('a batch plan', () => {
  test('puts the texts nearest in length together, the longest first', () => {
    expect(batchOf([3, 10, 4, 9, 8], 1, 30)).toEqual([10, 9, 8])
  })

  test('takes longer texts where there are no shorter ones', () => {
    expect(batchOf([3, 10, 4, 9], 0, 100)).toEqual([10, 9, 4, 3])
    expect(batchOf([3, 10, 4, 9], 2, 18)).toEqual([4, 3])
    expect(batchOf([12, 3, 12, 12], 1, 24)).toEqual([12, 3])
  })

  test('counts the padding', () => {
    expect(batchOf([8, 2, 2], 0, 12)).toEqual([8])
    expect(batchOf([8, 2, 2], 0, 16)).toEqual([8, 2])
  })

  test('gives a text that is longer than a batch one of its own', () => {
    expect(batchOf([512, 512], 0, 8)).toEqual([512])
  })

  test('does not pad one text by more than a batch of its own would cost', () => {
    expect(batchOf([300, 10, 10, 10], 0, 10_000)).toEqual([300])
    expect(batchOf([300, 10, 10, 10], 1, 10_000)).toEqual([10, 10, 10])
  })

  test('leaves out what was removed', () => {
    const { plan, texts } = planOf([5, 5, 5])
    plan.remove(texts[1]!)
    expect(plan.take(texts[0]!, 100)).toEqual([texts[0], texts[2]])
  })

  test('keeps to the budget, and every text comes in exactly one batch', () => {
    const lengths = fc.array(fc.integer({ min: 2, max: 600 }), { maxLength: 300 })
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 4096 }), (counts, maxBatchTokens) => {
        const { plan, texts } = planOf(counts)
        const waiting = new Set(texts)
        while (waiting.size > 0) {
          const [first] = waiting
          const batch = plan.take(first!, maxBatchTokens)
          expect(batch).toContain(first)
          expect(batch.every((text) => waiting.delete(text))).toBe(true)
          const longest = Math.max(...batch.map(({ tokens }) => tokens))
          expect(batch.length === 1 || batch.length * longest <= maxBatchTokens).toBe(true)
        }
      }),
    )
  })
})
