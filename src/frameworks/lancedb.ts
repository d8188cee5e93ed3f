/**
 * `bert-embed/lancedb`: embedders as an embedding function of LanceDB that tables find again.
 *
 * @module bert-embed/lancedb
 */

import { wrongKind } from '../checks/check-options.js'
import type { Embedder } from '../embedder/embedder-types.js'
import { ArgumentTypeError } from '../errors.js'
import { checkFixedWidthOptions, type FixedWidthOptions, widthOf } from './adapter-options.js'
import type { BaseClass } from './base-class.js'
import { checkConfig } from './function-config.js'
import { type LoadEmbedder, loadOnce } from './load-once.js'

export type { AdapterOptions, FixedWidthOptions } from './adapter-options.js'
export type { BaseClass } from './base-class.js'
export type { LoadEmbedder } from './load-once.js'

/** What LanceDB stores with a table: the name of the model, and the options of every call. */
export interface EmbeddingFunctionConfig extends FixedWidthOptions {
  readonly model: string
}

/** What an embedding function adds to LanceDB's `TextEmbeddingFunction`. */
export interface EmbeddingFunctionMethods {
  /** Loads the model. LanceDB calls it on every function that it creates. */
  init(): Promise<void>
  /**
   * Number of values of a vector.
   *
   * @throws {ArgumentTypeError} `INVALID_OPTION` before `init`
   */
  ndims(): number
  generateEmbeddings(texts: string[]): Promise<Float32Array[]>
  computeQueryEmbeddings(text: string): Promise<Float32Array>
  toJSON(): EmbeddingFunctionConfig
}

/** LanceDB's `EmbeddingFunctionConstructor`. */
export interface EmbeddingFunctionClass<Instance> {
  /** In LanceDB's type, all of the config is optional. Without the name of a model, this throws `INVALID_OPTION`. */
  new (config?: Partial<EmbeddingFunctionConfig>): Instance & EmbeddingFunctionMethods
  /** The name to register the class by: `bert-embed`. */
  readonly name: string
}

/** What the methods of LanceDB's class return, which its subclass overrides. */
interface TextEmbeddingFunction {
  embeddingDataType(): unknown
  generateEmbeddings(texts: string[]): Promise<number[][] | Float32Array[] | Float64Array[]>
}

/**
 * Returns a class of embedding functions. LanceDB stores the name of the class and the model's name with a table. Where
 * the class is registered, `openTable` finds its function by them. Documents and queries get the model's own prompts.
 *
 * @param load Makes the embedder of a model at its first use. It is kept. A failure is not kept: the next call tries again.
 * @param TextEmbeddingFunction The class of LanceDB that embedding functions for texts extend.
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 * @example
 * const BertEmbed = createEmbeddingFunctionClass((model) => createEmbedder({ model }), TextEmbeddingFunction)
 * register(BertEmbed.name)(BertEmbed)
 * const fn = await getRegistry().get(BertEmbed.name).create({ model: 'sentence-transformers/all-MiniLM-L6-v2' })
 * const schema = LanceSchema({ text: fn.sourceField(), vector: fn.vectorField() })
 */
export function createEmbeddingFunctionClass<Instance extends TextEmbeddingFunction>(
  load: LoadEmbedder,
  TextEmbeddingFunction: BaseClass<Instance>,
): EmbeddingFunctionClass<Instance> {
  const loadModel = loadOnce('createEmbeddingFunctionClass', load)
  // `EmbeddingFunction`, which older versions have alone, lacks this method.
  if (typeof TextEmbeddingFunction?.prototype?.embeddingDataType !== 'function')
    throw wrongKind(
      'The second argument of createEmbeddingFunctionClass',
      TextEmbeddingFunction,
      'the class TextEmbeddingFunction of @lancedb/lancedb/embedding',
    )
  const Base = TextEmbeddingFunction as unknown as new () => {
    /** Puts values for `$var:` into the config. LanceDB before 0.17 has no variables. */
    resolveVariables?(config: EmbeddingFunctionConfig): EmbeddingFunctionConfig
  }
  class BertEmbedFunction extends Base implements EmbeddingFunctionMethods {
    static override readonly name = 'bert-embed'
    readonly #config: EmbeddingFunctionConfig
    readonly #model: string
    readonly #options: FixedWidthOptions
    #embedder: Embedder | undefined

    constructor(config: EmbeddingFunctionConfig) {
      super()
      checkConfig(config)
      this.#config = { ...config }
      const { model, ...options } = this.resolveVariables?.(config) ?? config
      checkFixedWidthOptions('An embedding function', options)
      this.#model = model
      this.#options = options
    }
    async init() {
      this.#embedder = await loadModel(this.#model)
    }
    ndims() {
      if (this.#embedder) return widthOf(this.#embedder, this.#options)
      throw new ArgumentTypeError(
        'INVALID_OPTION',
        `The dimension of ${this.#model} is known when the model is loaded: call await init() first.`,
      )
    }
    async generateEmbeddings(texts: readonly string[]) {
      const embedder = await loadModel(this.#model)
      return embedder.embedDocuments(texts, this.#options)
    }
    async computeQueryEmbeddings(text: string) {
      const embedder = await loadModel(this.#model)
      return embedder.embedQuery(text, this.#options)
    }
    toJSON() {
      return this.#config
    }
  }
  return BertEmbedFunction as unknown as EmbeddingFunctionClass<Instance>
}
