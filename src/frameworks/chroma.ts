/**
 * `bert-embed/chroma`: embedders as an embedding function of Chroma that collections find again.
 *
 * @module bert-embed/chroma
 */

import { checkAdapterOptions } from './adapter-options.js'
import { checkConfig, type EmbeddingFunctionConfig } from './function-config.js'
import { type LoadEmbedder, loadOnce } from './load-once.js'

export type { AdapterOptions } from './adapter-options.js'
export type { EmbeddingFunctionConfig } from './function-config.js'
export type { LoadEmbedder } from './load-once.js'

/** How Chroma compares vectors. */
export type Space = 'cosine' | 'l2' | 'ip'

/** Chroma's `EmbeddingFunction`. */
export interface EmbeddingFunction {
  /** The name to register the class by. */
  readonly name: string
  generate(texts: readonly string[]): Promise<number[][]>
  generateForQueries(texts: readonly string[]): Promise<number[][]>
  /** The space of new collections that name none. */
  defaultSpace(): Space
  supportedSpaces(): Space[]
  getConfig(): EmbeddingFunctionConfig
}

/** Chroma's `EmbeddingFunctionClass`. */
export interface EmbeddingFunctionClass {
  new (config: EmbeddingFunctionConfig): EmbeddingFunction
  /** The name to register the class by: `bert-embed`. */
  readonly name: string
  buildFromConfig(config: Readonly<Record<string, unknown>>): EmbeddingFunction
}

/**
 * Returns a class of embedding functions. Chroma stores the name of the class and the model's name with a collection.
 * Where the class is registered, `getCollection` finds its function by them. Documents and queries get the model's own
 * prompts.
 *
 * @param load Makes the embedder of a model at its first use. It is kept. A failure is not kept: the next call tries again.
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 * @example
 * const BertEmbed = createEmbeddingFunctionClass((model) => createEmbedder({ model }))
 * registerEmbeddingFunction(BertEmbed.name, BertEmbed)
 * const embeddingFunction = new BertEmbed({ model: 'sentence-transformers/all-MiniLM-L6-v2' })
 */
export function createEmbeddingFunctionClass(load: LoadEmbedder): EmbeddingFunctionClass {
  const loadModel = loadOnce('createEmbeddingFunctionClass', load)
  return class BertEmbedFunction implements EmbeddingFunction {
    static readonly name = 'bert-embed'
    static buildFromConfig(config: Readonly<Record<string, unknown>>) {
      checkConfig(config)
      return new BertEmbedFunction(config)
    }
    readonly name = BertEmbedFunction.name
    readonly #config: EmbeddingFunctionConfig

    constructor(config: EmbeddingFunctionConfig) {
      checkConfig(config)
      checkAdapterOptions('An embedding function', config)
      this.#config = { ...config }
    }
    async generate(texts: readonly string[]) {
      const { model, ...options } = this.#config
      const embedder = await loadModel(model)
      const vectors = await embedder.embedDocuments(texts, options)
      return vectors.map((vector) => Array.from(vector))
    }
    async generateForQueries(texts: readonly string[]) {
      const { model, ...options } = this.#config
      const embedder = await loadModel(model)
      const vectors = await Promise.all(texts.map((text) => embedder.embedQuery(text, options)))
      return vectors.map((vector) => Array.from(vector))
    }
    defaultSpace() {
      return 'cosine' as const
    }
    supportedSpaces(): Space[] {
      return ['cosine', 'l2', 'ip']
    }
    getConfig() {
      return this.#config
    }
  }
}
