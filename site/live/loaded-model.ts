/** The part of the live page that uses bert-embed. It is loaded with the model. */

import {
  BertEmbedError,
  cosineSimilarity,
  createEmbedder,
  type DownloadProgress,
  type Embedder,
  pool,
  type SearchHit,
  semanticSearch,
} from 'bert-embed'
import type { LivePooling } from './pooling.js'

export interface AnalysedText {
  readonly tokens: readonly string[]
  readonly ids: readonly number[]
  /** Number of tokens that were cut off. */
  readonly truncated: number
  /** The model's output, a vector for each token. */
  readonly vectors: readonly Float32Array[]
  readonly pooled: Float32Array
}

export interface Comparison {
  readonly pooling: LivePooling
  readonly texts: readonly [AnalysedText, AnalysedText]
  readonly cosine: number
}

export interface Search {
  readonly vector: Float32Array
  /** All documents, the most similar first. */
  readonly hits: readonly SearchHit[]
}

export interface LoadedModel {
  readonly backend: string
  readonly device: string
  readonly maxLength: number
  /** Whether the model was in the browser's cache, so that nothing was downloaded. */
  readonly wasCached: boolean
  compare(texts: readonly [string, string], pooling: LivePooling, signal?: AbortSignal): Promise<Comparison>
  embed(texts: readonly string[]): Promise<Float32Array[]>
  search(query: string, documents: readonly Float32Array[], signal?: AbortSignal): Promise<Search>
}

/** Few, because the page has a button to try again. */
const maxRetries = 1

export async function openModel(
  url: string,
  onProgress: (loadedBytes: number) => void,
): Promise<LoadedModel> {
  const cached = await openCached(url)
  const embedder =
    cached ?? (await createEmbedder({ model: url, onProgress: sumOfFiles(onProgress), maxRetries }))
  return {
    backend: embedder.backend,
    device: embedder.device,
    maxLength: embedder.maxLength,
    wasCached: cached !== undefined,
    compare: (texts, pooling, signal) => compare(embedder, texts, { pooling, signal }),
    embed: (texts) => embedder.embed(texts, { normalize: true }),
    async search(query, documents, signal) {
      const vector = await embedder.embed(query, { normalize: true, signal })
      return { vector, hits: semanticSearch(vector, documents, { topK: documents.length }) }
    },
  }
}

/** The address of the model changes with its content: what is cached is never out of date, so no request is needed. */
async function openCached(url: string): Promise<Embedder | undefined> {
  try {
    return await createEmbedder({ model: url, offline: true })
  } catch (error) {
    if (error instanceof BertEmbedError) return undefined
    throw error
  }
}

function sumOfFiles(onProgress: (loadedBytes: number) => void): (progress: DownloadProgress) => void {
  const files = new Map<string, number>()
  return ({ file, loadedBytes }) => {
    files.set(file, loadedBytes)
    onProgress(Array.from(files.values()).reduce((total, bytes) => total + bytes, 0))
  }
}

interface CompareOptions {
  readonly pooling: LivePooling
  readonly signal: AbortSignal | undefined
}

async function compare(
  embedder: Embedder,
  texts: readonly [string, string],
  { pooling, signal }: CompareOptions,
): Promise<Comparison> {
  const output = await embedder.forward(texts, { signal })
  const { lastHiddenState, attentionMask, inputIds } = output
  const [, width, hidden] = lastHiddenState.shape as [number, number, number]
  const pooled = pool(lastHiddenState, attentionMask, { pooling }).data // (2, hidden)
  const analyse = (row: number): AnalysedText => {
    const tokens = output.tokens[row]!
    const start = row * width
    return {
      tokens,
      ids: [...inputIds.data.subarray(start, start + tokens.length)],
      truncated: output.truncatedTokens[row]!,
      vectors: tokens.map((_, token) => {
        const from = (start + token) * hidden
        return lastHiddenState.data.subarray(from, from + hidden)
      }),
      pooled: pooled.subarray(row * hidden, (row + 1) * hidden),
    }
  }
  const [first, second] = [analyse(0), analyse(1)]
  return { pooling, texts: [first, second], cosine: cosineSimilarity(first.pooled, second.pooled) }
}
