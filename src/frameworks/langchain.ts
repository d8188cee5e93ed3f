/**
 * `bert-embed/langchain`: an embedder as the embeddings of LangChain.js.
 *
 * @module bert-embed/langchain
 */

import type { Embedder } from '../embedder/embedder-types.js'
import { type AdapterOptions, checkAdapterOptions, checkEmbedder } from './adapter-options.js'

export type { AdapterOptions } from './adapter-options.js'

/** LangChain's `EmbeddingsInterface`. */
export interface Embeddings {
  embedDocuments(texts: readonly string[]): Promise<number[][]>
  embedQuery(text: string): Promise<number[]>
}

/**
 * Returns embeddings for LangChain's vector stores and retrievers: `embedDocuments` and `embedQuery` of the embedder,
 * with the model's own prompts. LangChain needs lists of numbers. They have the values of the embedder's vectors.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 * @example
 * const store = new MemoryVectorStore(toEmbeddings(await createEmbedder({ model })))
 */
export function toEmbeddings(embedder: Embedder, options: AdapterOptions = {}): Embeddings {
  checkEmbedder('The first argument of toEmbeddings', embedder)
  checkAdapterOptions('toEmbeddings', options)
  return {
    async embedDocuments(texts) {
      const vectors = await embedder.embedDocuments(texts, options)
      return vectors.map((vector) => Array.from(vector))
    },
    async embedQuery(text) {
      return Array.from(await embedder.embedQuery(text, options))
    },
  }
}
