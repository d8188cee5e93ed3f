/** Recorded vectors of sentence-transformers for each published checkpoint, and the bounds of each dtype. */

import { expect, inject } from 'vitest'
import type { Dtype } from '../../src/model/dtypes.js'
import { cosineSimilarity } from '../../src/vectors/similarity.js'
import miniLm from '../fixtures/published/all-MiniLM-L6-v2.json' with { type: 'json' }
import mpnet from '../fixtures/published/all-mpnet-base-v2.json' with { type: 'json' }
import recordedTexts from '../fixtures/published/texts.json' with { type: 'json' }
import { decodeFloats } from '../support/reference.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Directories of the checkpoints that are on this machine, by name. */
    published: Readonly<Record<string, string>>
  }
}

type Vectors = readonly Float32Array[]

/** Odd texts, and English sentences like those the models were trained on. */
const { odd, sentences } = recordedTexts
export const texts: readonly string[] = [...odd, ...sentences]

/** The checkpoints that are on this machine. */
export const checkpoints = Object.entries({ 'all-MiniLM-L6-v2': miniLm, 'all-mpnet-base-v2': mpnet }).flatMap(
  ([name, { odd, sentences, dimension }]) => {
    const directory = inject('published')[name]
    if (directory === undefined) return []
    const vectors = (kind: 'odd' | 'sentences', { vectors }: { readonly vectors: string }) =>
      rows(vectors, dimension).map((vector, index) => ({ text: recordedTexts[kind][index]!, vector }))
    return {
      name,
      directory,
      ids: [...odd.ids, ...sentences.ids],
      /** The texts whose vectors are recorded. */
      recorded: [...vectors('odd', odd), ...vectors('sentences', sentences)],
    }
  },
)

/** Maximum difference of an fp32 value from sentence-transformers'. Vectors have length 1, so the last place is 6e-8. */
export const fp32Tolerance = 1e-6

export interface Bounds {
  readonly dtype: Dtype
  /** Minimum for the mean cosine to fp32 over the sentences. */
  readonly mean: number
  /** Minimum for each sentence's cosine to fp32. */
  readonly min: number
  /** Minimum for an odd text's cosine. An empty text has two special tokens, so errors hardly average out. */
  readonly minOdd: number
  /** Maximum difference of a value from the same text's in a batch. 0 for q8: integer sums are exact in any order. */
  readonly alone: number
  /**
   * Minimum for the cosine of a sentence's vector in a page to its vector in Node. The functions of two processors differ in
   * the last place of a float32. This changes a few roundings to 8 bits, which change others in the layers above.
   */
  readonly page: number
}

export const bounds: readonly Bounds[] = [
  { dtype: 'fp32', mean: 1 - 1e-7, min: 1 - 1e-6, minOdd: 1 - 1e-6, alone: 1e-6, page: 1 - 1e-11 },
  { dtype: 'fp16', mean: 0.99999, min: 0.9999, minOdd: 0.9999, alone: 1e-6, page: 1 - 1e-11 },
  // Measured with all-MiniLM-L6-v2 and all-mpnet-base-v2: mean 0.99907 and 0.99902, minimum 0.99813 and 0.99736, minimum of
  // odd texts 0.99484 and 0.99094, minimum in a page 0.99944 and 0.99940.
  { dtype: 'q8', mean: 0.9985, min: 0.993, minOdd: 0.985, alone: 0, page: 0.998 },
]

/**
 * The engine quantises activations to 13 bits or more, and its sums do not depend on the batch. Measured with
 * all-MiniLM-L6-v2 and all-mpnet-base-v2 in q8: mean 0.99946 and 0.99916, minimum 0.99881 and 0.99809, minimum of odd
 * texts 0.99636 and 0.99401. In a page, all-MiniLM-L6-v2 has 1 - 1.2e-7.
 */
export const engineBounds: readonly Bounds[] = [
  { dtype: 'fp32', mean: 1 - 1e-7, min: 1 - 1e-6, minOdd: 1 - 1e-6, alone: 0, page: 1 - 1e-11 },
  { dtype: 'fp16', mean: 0.99999, min: 0.9999, minOdd: 0.9999, alone: 0, page: 1 - 1e-11 },
  { dtype: 'q8', mean: 0.999, min: 0.998, minOdd: 0.99, alone: 0, page: 0.9999 },
]

/** Both backends that run safetensors, by device in Node. */
export const devices = [
  { device: 'cpu', boundsOf: bounds },
  { device: 'wasm', boundsOf: engineBounds },
] as const

/** Expects the cosines of all texts to fp32 within the dtype's bounds, and prints them. */
export function expectMeaning(
  vectors: Vectors,
  { fp32, bounds, name }: { readonly fp32: Vectors; readonly bounds: Bounds; readonly name: string },
): void {
  const found = compare(vectors, fp32)
  const [mean, min, minOdd] = [found.mean, found.min, found.minOdd].map((cosine) => cosine.toFixed(5))
  console.log(`${name}, ${bounds.dtype}: mean cosine ${mean}, minimum ${min}, minimum of odd texts ${minOdd}`)
  for (const measure of ['mean', 'min', 'minOdd'] as const)
    expect.soft(found[measure], measure).toBeGreaterThanOrEqual(bounds[measure])
}

/** Mean and minimum of the cosines between two lists of vectors of all texts. */
export function compare(vectors: Vectors, expected: Vectors) {
  const cosines = vectors.map((vector, index) => cosineSimilarity(vector, expected[index]!))
  const ofSentences = cosines.slice(odd.length)
  return {
    mean: ofSentences.reduce((sum, cosine) => sum + cosine, 0) / ofSentences.length,
    min: Math.min(...ofSentences),
    minOdd: Math.min(...cosines.slice(0, odd.length)),
  }
}

function rows(base64: string, dimension: number): Vectors {
  const values = decodeFloats(base64)
  return Array.from({ length: values.length / dimension }, (_, row) =>
    values.subarray(row * dimension, (row + 1) * dimension),
  )
}
