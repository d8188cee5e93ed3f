/** Decodes PyTorch's recorded values of a checkpoint. Runs in Node and in browsers. */

import type { PoolingMode } from '../../src/tensor/pooling-modes.js'

/**
 * Maximum difference of a float32 value from PyTorch's. Sums of a few hundred products in a different order differ by about
 * 1e-6 for hidden states of size 1, which LayerNorm produces.
 */
export const tolerance = 1e-5

export interface RawReference {
  readonly texts: readonly string[]
  readonly maxLength: number
  readonly hidden: number
  readonly inputIds: readonly (readonly number[])[]
  readonly tokenTypeIds: readonly (readonly number[])[]
  readonly lastHiddenState: readonly string[]
  readonly pooled: Readonly<Record<PoolingMode, readonly string[]>>
  readonly normalizedMean: readonly string[]
  readonly pairs?: {
    readonly texts: readonly (readonly [string, string])[]
    readonly inputIds: readonly (readonly number[])[]
    readonly tokenTypeIds: readonly (readonly number[])[]
    readonly lastHiddenState: readonly string[]
  }
}

export interface RawSentenceReference {
  readonly texts: readonly string[]
  readonly dimension: number
  readonly embeddings: Readonly<Record<'none' | 'query' | 'document', readonly string[]>>
}

/** Decodes the values that transformers and sentence-transformers computed, one entry per text. */
export function decodeReference(raw: RawReference) {
  return {
    ...raw,
    /** Shape of each entry: [tokens, hidden], without padding. */
    lastHiddenState: raw.lastHiddenState.map(decodeFloats),
    pooled: Object.entries(raw.pooled).map(
      ([mode, vectors]) => [mode as PoolingMode, vectors.map(decodeFloats)] as const,
    ),
    normalizedMean: raw.normalizedMean.map(decodeFloats),
    pairs: raw.pairs && { ...raw.pairs, lastHiddenState: raw.pairs.lastHiddenState.map(decodeFloats) },
  }
}

/** Decodes the vectors of SentenceTransformer.encode, without a prompt and with the model's prompts. */
export function decodeSentenceReference(raw: RawSentenceReference) {
  const { none, query, document } = raw.embeddings
  return {
    ...raw,
    embeddings: {
      none: none.map(decodeFloats),
      query: query.map(decodeFloats),
      document: document.map(decodeFloats),
    },
  }
}

/** The largest difference between two lists of numbers. Infinity if their lengths differ or a value is NaN. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!)
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
  }
  return largest
}

/** Decodes little-endian float32 values. All machines of these tests are little-endian. */
export function decodeFloats(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer)
}
