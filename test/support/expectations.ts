/** Expectations about an embedder, shared by the tests of all runtimes. */

import { expect } from 'vitest'
import type { Embedder, ModelOutput } from '../../src/embedder/embedder-types.js'
import { type decodeReference, largestDifference, tolerance } from './reference.js'

/** Expects that the output of `forward` has the reference's ids and hidden states, without padding. */
export function expectForward(
  { inputIds, lastHiddenState }: Pick<ModelOutput, 'inputIds' | 'lastHiddenState'>,
  reference: Pick<ReturnType<typeof decodeReference>, 'texts' | 'hidden' | 'inputIds' | 'lastHiddenState'>,
): void {
  const [batch, tokens, hidden] = lastHiddenState.shape as [number, number, number]
  expect([batch, hidden]).toEqual([reference.texts.length, reference.hidden])
  reference.inputIds.forEach((ids, text) => {
    expect([...inputIds.data.subarray(text * tokens, text * tokens + ids.length)]).toEqual(ids)
  })
  reference.lastHiddenState.forEach((expected, text) => {
    const start = text * tokens * hidden
    const actual = lastHiddenState.data.subarray(start, start + expected.length)
    expect(largestDifference(actual, expected)).toBeLessThan(tolerance)
  })
}

/** Expects that each vector is equal to PyTorch's. */
export function expectVectors(vectors: readonly Float32Array[], expected: readonly Float32Array[]): void {
  expect(vectors).toHaveLength(expected.length)
  vectors.forEach((vector, text) => {
    expect(largestDifference(vector, expected[text]!), `text ${text}`).toBeLessThan(tolerance)
  })
}

/**
 * Maximum difference between a text's vector alone and in a padded batch. Sums are split differently for other lengths, which
 * changes a few units in the last place. A larger difference would mean that padding has an effect.
 */
export const batchTolerance = 1e-6

/** Expects that each text has the same vector alone and in a batch. The engine's vectors differ by 0. */
export async function expectIndependence(
  embedder: Embedder,
  texts: readonly string[],
  maxDifference = batchTolerance,
): Promise<void> {
  const together = await embedder.embed(texts)
  for (const [index, text] of texts.entries())
    expect(largestDifference(await embedder.embed(text), together[index]!)).toBeLessThanOrEqual(maxDifference)
}
