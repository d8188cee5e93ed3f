/**
 * `bert-embed/orama`: an embedder as a plugin of Orama that embeds documents and queries.
 *
 * @module bert-embed/orama
 */

import { checkFunction, checkString } from '../checks/check-options.js'
import type { Embedder } from '../embedder/embedder-types.js'
import { ArgumentRangeError, describe } from '../errors.js'
import { checkEmbedder, checkFixedWidthOptions, type FixedWidthOptions, widthOf } from './adapter-options.js'

export type { FixedWidthOptions } from './adapter-options.js'

export interface PluginOptions<Document> extends FixedWidthOptions {
  /** Returns what to embed of a document, or `undefined` for a document that gets no vector. */
  readonly text: (document: Document) => string | undefined
  /** Name of the property for the vectors, such as `embedding` for a schema with `embedding: 'vector[384]'`. */
  readonly vector: string
}

/** Orama's `OramaPlugin`. */
export interface Plugin {
  readonly name: string
  afterCreate(orama: { readonly schema: unknown }): void
  beforeInsert(orama: unknown, id: string, document: object): Promise<void>
  beforeInsertMultiple(orama: unknown, documents: readonly object[]): Promise<void>
  beforeUpsertMultiple(orama: unknown, documents: readonly object[]): Promise<void>
  beforeSearch(orama: unknown, search: Search): Promise<void>
}

/** What the plugin reads and writes of Orama's `SearchParams`. */
export interface Search {
  readonly mode?: string
  readonly term?: string
  vector?: { value: number[] | Float32Array; property: string }
}

/**
 * Returns a plugin for `create`. It writes a vector into every document that is inserted or updated, and embeds the term
 * of searches with `mode: 'vector'` or `'hybrid'`, with the model's own prompts for documents and queries.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 * @example
 * const db = create({
 *   schema: { text: 'string', embedding: `vector[${embedder.dimension}]` },
 *   plugins: [toPlugin(embedder, { text: ({ text }) => text, vector: 'embedding' })],
 * })
 */
export function toPlugin<Document>(
  embedder: Embedder,
  { text, vector, ...options }: PluginOptions<Document>,
): Plugin {
  checkEmbedder('The first argument of toPlugin', embedder)
  checkFunction('text', text)
  checkString('vector', vector)
  checkFixedWidthOptions('toPlugin', options)
  const type = `vector[${widthOf(embedder, options)}]`
  /** The texts of documents that a hook for several documents has embedded. */
  const embedded = new WeakMap<object, string | undefined>()
  /** Vectors that searches got from here. A search whose term changes gets another one. */
  const queries = new WeakSet<object>()

  async function embed(documents: readonly object[]) {
    const texts = documents.map((document) => text(document as Document))
    const withText = documents.filter((_, index) => texts[index] !== undefined)
    const vectors = await embedder.embedDocuments(
      texts.filter((text) => text !== undefined),
      options,
    )
    // Orama takes lists only.
    withText.forEach((document, index) => {
      Object.assign(document, { [vector]: Array.from(vectors[index]!) })
    })
    return texts
  }
  async function embedSeveral(_orama: unknown, documents: readonly object[]) {
    const texts = await embed(documents)
    documents.forEach((document, index) => {
      embedded.set(document, texts[index])
    })
  }
  return {
    name: 'bert-embed',
    afterCreate({ schema }) {
      const actual = (schema as Record<string, unknown>)[vector]
      if (actual === type) return
      throw new ArgumentRangeError(
        'INVALID_OPTION',
        `${vector} in the schema is ${describe(actual)}; the vectors of ${embedder.model} need ${describe(type)}.`,
      )
    },
    // Orama recognises hooks to wait for by the class AsyncFunction.
    async beforeInsert(_orama, _id, document) {
      if (embedded.get(document) !== text(document as Document)) await embed([document])
      embedded.delete(document)
    },
    // Orama 3.1 only looks whether there is one: `insertMultiple` then waits for the documents.
    beforeInsertMultiple: embedSeveral,
    beforeUpsertMultiple: embedSeveral,
    async beforeSearch(_orama, search) {
      if (search.mode !== 'vector' && search.mode !== 'hybrid') return
      if (search.vector && !queries.has(search.vector)) return
      search.vector = { value: await embedder.embedQuery(search.term as string, options), property: vector }
      queries.add(search.vector)
    },
  }
}
