/** What sentence-transformers makes of the texts on each published checkpoint, and how near each dtype has to come to it. */

import { expect, inject } from 'vitest'
import type { Dtype } from '../../src/loading/load-options.js'
import { cosineSimilarity } from '../../src/vectors/similarity.js'
import miniLm from '../fixtures/published/all-MiniLM-L6-v2.json' with { type: 'json' }
import mpnet from '../fixtures/published/all-mpnet-base-v2.json' with { type: 'json' }
import recordedTexts from '../fixtures/published/texts.json' with { type: 'json' }
import { decodeFloats } from '../support/reference.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The directories of the checkpoints that this machine has, by their names. */
    published: Readonly<Record<string, string>>
  }
}

type Vectors = readonly Float32Array[]

/** Odd texts, and English sentences as the models were trained on. */
const { odd, sentences } = recordedTexts
export const texts: readonly string[] = [...odd, ...sentences]

/** The checkpoints that this machine has. */
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
      /** The texts of which the vectors are recorded. */
      recorded: [...vectors('odd', odd), ...vectors('sentences', sentences)],
    }
  },
)

/** How far a value of fp32 may be from sentence-transformers': vectors have length 1, and the last place is 6e-8. */
export const fp32Tolerance = 1e-6

export interface Bounds {
  readonly dtype: Dtype
  /** Of the cosines to fp32 over the sentences. */
  readonly mean: number
  readonly least: number
  /** The least cosine of an odd text: an empty one is two special tokens, and no others average their errors out. */
  readonly leastOdd: number
  /** How far a value may be from the same text's in a batch: sums of integers are exact in any order. */
  readonly alone: number
  /**
   * The least cosine of a sentence in a page to the same in Node. Two processors' functions differ in the last place of a
   * float32, which turns a few roundings to 8 bits another way, and those turn others in the layers above.
   */
  readonly page: number
}

export const bounds: readonly Bounds[] = [
  { dtype: 'fp32', mean: 1 - 1e-7, least: 1 - 1e-6, leastOdd: 1 - 1e-6, alone: 1e-6, page: 1 - 1e-11 },
  { dtype: 'fp16', mean: 0.99999, least: 0.9999, leastOdd: 0.9999, alone: 1e-6, page: 1 - 1e-11 },
  // Measured of all-MiniLM-L6-v2 and all-mpnet-base-v2: mean 0.99907 and 0.99902, least 0.99813 and 0.99736, of odd texts
  // 0.99484 and 0.99094, in a page to Node 0.99944 and 0.99940.
  { dtype: 'q8', mean: 0.9985, least: 0.993, leastOdd: 0.985, alone: 0, page: 0.998 },
]

/** Holds that vectors of all texts are as near fp32's as the dtype's bounds ask, and says how near they are. */
export function expectMeaning(
  vectors: Vectors,
  { fp32, bounds, name }: { readonly fp32: Vectors; readonly bounds: Bounds; readonly name: string },
): void {
  const found = compare(vectors, fp32)
  const [mean, least, leastOdd] = [found.mean, found.least, found.leastOdd].map((cosine) => cosine.toFixed(5))
  console.log(`${name}, ${bounds.dtype}: mean cosine ${mean}, least ${least}, of odd texts ${leastOdd}`)
  for (const measure of ['mean', 'least', 'leastOdd'] as const)
    expect.soft(found[measure], measure).toBeGreaterThanOrEqual(bounds[measure])
}

/** The cosines of vectors of all texts to others of the same texts. */
export function compare(vectors: Vectors, expected: Vectors) {
  const cosines = vectors.map((vector, index) => cosineSimilarity(vector, expected[index]!))
  const ofSentences = cosines.slice(odd.length)
  return {
    mean: ofSentences.reduce((sum, cosine) => sum + cosine, 0) / ofSentences.length,
    least: Math.min(...ofSentences),
    leastOdd: Math.min(...cosines.slice(0, odd.length)),
  }
}

function rows(base64: string, dimension: number): Vectors {
  const values = decodeFloats(base64)
  return Array.from({ length: values.length / dimension }, (_, row) =>
    values.subarray(row * dimension, (row + 1) * dimension),
  )
}
