/** The texts that every application in test/consumers embeds, and PyTorch's vectors of them. */

import { expect } from 'vitest'
import { largestDifference, readReference, tolerance } from './fixtures.js'

export const consumerTexts = ['The knight saddled his horse at dawn.', 'windmill']

/** Expects the vectors of {@link consumerTexts} by the small checkpoint with default options. */
export function expectReference(vectors: readonly (readonly number[])[]): void {
  const { texts, pooled } = readReference('bert-small-untrained')
  const means = pooled.find(([mode]) => mode === 'mean')![1]
  const expected = consumerTexts.map((text) => means[texts.indexOf(text)]!)
  const differences = expected.map((vector, index) => largestDifference(vectors[index] ?? [], vector))
  expect(vectors).toHaveLength(expected.length)
  expect(Math.max(...differences)).toBeLessThan(tolerance)
}
