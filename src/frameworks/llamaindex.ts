/**
 * `bert-embed/llamaindex`: an embedder as an embedding of LlamaIndex.TS.
 *
 * @module bert-embed/llamaindex
 */

import { checkFunction } from '../checks/check-options.js'
import type { Embedder } from '../embedder/embedder-types.js'
import { type AdapterOptions, checkAdapterOptions, checkEmbedder } from './adapter-options.js'
import type { BaseClass } from './base-class.js'

export type { AdapterOptions } from './adapter-options.js'
export type { BaseClass } from './base-class.js'

/** What an embedding adds to LlamaIndex's `BaseEmbedding`. */
export interface EmbeddingMethods {
  /** Number of texts that LlamaIndex passes in one call. */
  embedBatchSize: number
  getTextEmbedding(text: string): Promise<number[]>
  getTextEmbeddings: (texts: string[]) => Promise<number[][]>
  /** Returns `null` for what is no text. */
  getQueryEmbedding(query: { readonly type: string }): Promise<number[] | null>
}

/**
 * Returns an embedding, as for `Settings.embedModel`. Texts are embedded as documents, with the model's own prompts for
 * documents and queries. LlamaIndex needs lists of numbers. They have the values of the embedder's vectors.
 *
 * @param BaseEmbedding The class of LlamaIndex that all embeddings extend.
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 * @example
 * Settings.embedModel = toEmbedding(await createEmbedder({ model }), BaseEmbedding)
 */
export function toEmbedding<Instance extends EmbeddingMethods>(
  embedder: Embedder,
  BaseEmbedding: BaseClass<Instance>,
  options: AdapterOptions = {},
): Instance {
  checkEmbedder('The first argument of toEmbedding', embedder)
  checkFunction('The second argument of toEmbedding', BaseEmbedding)
  checkAdapterOptions('toEmbedding', options)
  const Base = BaseEmbedding as unknown as new () => EmbeddingMethods
  class BertEmbedding extends Base {
    // As many texts as embedders read ahead: enough for batches of similar length.
    override embedBatchSize = 512
    override getTextEmbeddings = async (texts: readonly string[]) => {
      const vectors = await embedder.embedDocuments(texts, options)
      return vectors.map((vector) => Array.from(vector))
    }
    override async getTextEmbedding(text: string) {
      const [vector] = await this.getTextEmbeddings([text])
      return vector!
    }
    override async getQueryEmbedding(query: { readonly type: string; readonly text?: string }) {
      return typeof query.text === 'string'
        ? Array.from(await embedder.embedQuery(query.text, options))
        : null
    }
  }
  return new BertEmbedding() as unknown as Instance
}
