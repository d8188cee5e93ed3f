/** What PyTorch made of a recorded checkpoint, decoded; runs in Node and in browsers. */

import type { PoolingMode } from '../../src/tensor/pooling-modes.js'

/**
 * How far a float32 value may be from PyTorch's. Sums of some hundred products in another order differ by about 1e-6
 * where the hidden states are of size 1, as LayerNorm makes them.
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

/** What transformers and sentence-transformers computed; one entry per text. */
export function decodeReference(raw: RawReference) {
  return {
    ...raw,
    /** Each [tokens, hidden], without padding. */
    lastHiddenState: raw.lastHiddenState.map(decodeFloats),
    pooled: Object.entries(raw.pooled).map(
      ([mode, vectors]) => [mode as PoolingMode, vectors.map(decodeFloats)] as const,
    ),
    normalizedMean: raw.normalizedMean.map(decodeFloats),
    pairs: raw.pairs && { ...raw.pairs, lastHiddenState: raw.pairs.lastHiddenState.map(decodeFloats) },
  }
}

/** What SentenceTransformer.encode gave without a prompt and with the model's own. */
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

/** The largest difference of two lists of numbers; Infinity when their lengths differ or a value is no number. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!)
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
  }
  return largest
}

/** Little-endian, as all machines are that these tests run on. */
export function decodeFloats(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer)
}
