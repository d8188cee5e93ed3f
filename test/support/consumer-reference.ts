/** What every consumer in test/consumers embeds, and what PyTorch makes of it. */

import { expect } from 'vitest'
import { largestDifference, readReference, tolerance } from './fixtures.js'

export const consumerTexts = ['The knight saddled his horse at dawn.', 'windmill']

/** Expects the vectors of {@link consumerTexts}, made with the small checkpoint and nothing configured. */
export function expectReference(vectors: readonly (readonly number[])[]): void {
  const { texts, pooled } = readReference('bert-small-untrained')
  const means = pooled.find(([mode]) => mode === 'mean')![1]
  const expected = consumerTexts.map((text) => means[texts.indexOf(text)]!)
  const differences = expected.map((vector, index) => largestDifference(vectors[index] ?? [], vector))
  expect(vectors).toHaveLength(expected.length)
  expect(Math.max(...differences)).toBeLessThan(tolerance)
}
