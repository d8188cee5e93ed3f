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

/** The lengths of the texts in the batch of the text at `index`. */
function batchOf(tokenCounts: readonly number[], index: number, maxBatchTokens: number): number[] {
  const { plan, texts } = planOf(tokenCounts)
  return plan.take(texts[index]!, maxBatchTokens).map(({ tokens }) => tokens)
}

describe('a batch plan', () => {
  test('a batch has the texts nearest in length, the longest first', () => {
    expect(batchOf([3, 10, 4, 9, 8], 1, 30)).toEqual([10, 9, 8])
  })

  test('a batch takes longer texts when no shorter ones are left', () => {
    expect(batchOf([3, 10, 4, 9], 0, 100)).toEqual([10, 9, 4, 3])
    expect(batchOf([3, 10, 4, 9], 2, 18)).toEqual([4, 3])
    expect(batchOf([12, 3, 12, 12], 1, 24)).toEqual([12, 3])
  })

  test('padding counts as tokens of a batch', () => {
    expect(batchOf([8, 2, 2], 0, 12)).toEqual([8])
    expect(batchOf([8, 2, 2], 0, 16)).toEqual([8, 2])
  })

  test('a text longer than the maximum has a separate batch', () => {
    expect(batchOf([512, 512], 0, 8)).toEqual([512])
  })

  test('a text is not padded by more than a separate batch would cost', () => {
    expect(batchOf([300, 10, 10, 10], 0, 10_000)).toEqual([300])
    expect(batchOf([300, 10, 10, 10], 1, 10_000)).toEqual([10, 10, 10])
  })

  test('a removed text is not in any batch', () => {
    const { plan, texts } = planOf([5, 5, 5])
    plan.remove(texts[1]!)
    expect(plan.take(texts[0]!, 100)).toEqual([texts[0], texts[2]])
  })

  test('every text is in exactly one batch, and no batch exceeds the maximum', () => {
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
