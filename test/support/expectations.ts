/** What the tests of every runtime hold of an embedder against its checkpoint's reference. */

import { expect } from 'vitest'
import type { Embedder, ModelOutput } from '../../src/embedder/embedder-types.js'
import { type decodeReference, largestDifference, tolerance } from './reference.js'

/** Holds that an embedder's `forward` gave the reference's ids and hidden states, padding aside. */
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

/** Holds that vectors are PyTorch's, one by one. */
export function expectVectors(vectors: readonly Float32Array[], expected: readonly Float32Array[]): void {
  expect(vectors).toHaveLength(expected.length)
  vectors.forEach((vector, text) => {
    expect(largestDifference(vector, expected[text]!), `text ${text}`).toBeLessThan(tolerance)
  })
}

/**
 * A text alone and the same text padded in a batch add up the same numbers in runs of other lengths; more than a few
 * units in the last place would mean that the padding is seen.
 */
export const batchTolerance = 1e-6

/** Holds that each text's vector is the same alone and among the others. */
export async function expectIndependence(embedder: Embedder, texts: readonly string[]): Promise<void> {
  const together = await embedder.embed(texts)
  for (const [index, text] of texts.entries())
    expect(largestDifference(await embedder.embed(text), together[index]!)).toBeLessThan(batchTolerance)
}
