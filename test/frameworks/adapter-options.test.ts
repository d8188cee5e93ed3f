/** What the adapters refuse when they are made. Their frameworks run in test/frameworks.test.ts. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { toEmbeddingModel } from '../../src/frameworks/ai-sdk.js'
import { createEmbeddingFunctionClass } from '../../src/frameworks/chroma.js'
import { createEmbeddingFunctionClass as createLanceClass } from '../../src/frameworks/lancedb.js'
import { toEmbeddings } from '../../src/frameworks/langchain.js'
import { toEmbedding } from '../../src/frameworks/llamaindex.js'
import { toPlugin } from '../../src/frameworks/orama.js'
import { createEmbedder, type Embedder } from '../../src/node.js'
import { checkpointPath } from '../support/fixtures.js'

let embedder: Embedder
beforeAll(async () => {
  embedder = await createEmbedder({ model: checkpointPath('sentence-transformers-new') })
})
afterAll(() => embedder.dispose())

/** The method by which LanceDB's class is known. */
abstract class TextEmbeddingFunction {
  embeddingDataType(): unknown {
    return undefined
  }
  abstract generateEmbeddings(texts: string[]): Promise<Float32Array[]>
}
abstract class BaseEmbedding {
  abstract embedBatchSize: number
  abstract getTextEmbedding(text: string): Promise<number[]>
  abstract getTextEmbeddings: (texts: string[]) => Promise<number[][]>
  abstract getQueryEmbedding(query: { readonly type: string }): Promise<number[] | null>
}
const Chroma = createEmbeddingFunctionClass(async () => embedder)
const Lance = createLanceClass(async () => embedder, TextEmbeddingFunction)

/** Makes an adapter with options that its types exclude. */
type MakeAdapter = (options: never) => unknown

const adapters: Readonly<Record<string, MakeAdapter>> = {
  toEmbeddingModel: (options) => toEmbeddingModel(embedder, options),
  toEmbeddings: (options) => toEmbeddings(embedder, options),
  toEmbedding: (options) => toEmbedding(embedder, BaseEmbedding, options),
  toPlugin: (options: object) => toPlugin(embedder, { text: () => 'knight', vector: 'vector', ...options }),
  "Chroma's class": (options: object) => new Chroma({ model: 'model', ...options }),
  "Chroma's buildFromConfig": (options: object) => Chroma.buildFromConfig({ model: 'model', ...options }),
  "LanceDB's class": (options: object) => new Lance({ model: 'model', ...options }),
}

test.each(Object.keys(adapters))('%s takes no option that returns something else than numbers', (name) => {
  const make = adapters[name]!
  for (const option of ['precision', 'ranges', 'signal', 'onProgress'])
    expect(() => make({ [option]: 'ubinary' } as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(option) }),
    )
  expect(() => make({ precision: undefined, truncateDim: 8 } as never)).not.toThrow()
})

test.each(['toPlugin', "LanceDB's class"])('%s takes no pooling, which could change the width', (name) => {
  expect(() => adapters[name]!({ pooling: ['cls', 'max'] } as never)).toThrow('pass it to createEmbedder')
})

test('a config that changes later does not change the function that it made', () => {
  const config = { model: 'model', truncateDim: 4 }
  const functions = [new Chroma(config), new Lance(config)] as const
  config.truncateDim = 9
  expect([functions[0].getConfig(), functions[1].toJSON()]).toEqual([
    { model: 'model', truncateDim: 4 },
    { model: 'model', truncateDim: 4 },
  ])
})
