/** The recorded checkpoints in test/fixtures and what PyTorch made of them. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PoolingMode } from '../../src/tensor/pooling.js'

/**
 * How far a float32 value may be from PyTorch's. Sums of some hundred products in another order differ by about 1e-6
 * where the hidden states are of size 1, as LayerNorm makes them.
 */
export const tolerance = 1e-5

const checkpoints = fileURLToPath(new URL('../fixtures/checkpoints/', import.meta.url))

/** The path of a checkpoint's directory. */
export function checkpointPath(name: string): string {
  return `${checkpoints}${name}`
}

export const smallCheckpoint = checkpointPath('bert-small-untrained')

/** Names of the bare checkpoints; the sentence-transformers models are apart. */
export const bareCheckpoints = readdirSync(checkpoints).filter(
  (name) => !name.startsWith('sentence-transformers'),
)

interface RawReference {
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

/** What transformers and sentence-transformers computed; one entry per text. */
export function readReference(name: string) {
  const raw: RawReference = readJson(name, 'reference.json')
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

interface RawSentenceReference {
  readonly texts: readonly string[]
  readonly dimension: number
  readonly embeddings: Readonly<Record<'none' | 'query' | 'document', readonly string[]>>
}

/** What SentenceTransformer.encode gave without a prompt and with the model's own. */
export function readSentenceReference(name: string) {
  const raw: RawSentenceReference = readJson(name, 'reference.json')
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

export function readJson<T>(name: string, file: string): T {
  return JSON.parse(readFileSync(`${checkpointPath(name)}/${file}`, 'utf8'))
}

/** The files of a checkpoint by their names, as a memory source takes them. */
export function readFiles(name: string): Record<string, Uint8Array> {
  const paths = readdirSync(checkpointPath(name), { recursive: true, encoding: 'utf8' })
  const names = paths.filter((path) => /\.(json|txt|safetensors)$/.test(path))
  return Object.fromEntries(
    names.map((path) => [path.replaceAll('\\', '/'), readFileSync(`${checkpointPath(name)}/${path}`)]),
  )
}

function decodeFloats(base64: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer)
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
