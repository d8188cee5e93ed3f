/** Models of sentence-transformers with all features of their files, compared with sentence-transformers. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import type { Embedder } from '../../src/embedder/embedder-types.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import { directorySource } from '../../src/sources/directory.node.js'
import { memorySource } from '../../src/sources/memory.js'
import { filesIn } from '../support/fixtures.js'
import { decodeFloats, largestDifference, tolerance } from '../support/reference.js'
import { safetensorsBytes } from '../support/safetensors-file.js'

const models = fileURLToPath(new URL('../fixtures/sentence-models/', import.meta.url))
const backend = nodeBackend()

interface Reference {
  readonly texts: readonly string[]
  readonly maxLength: number
  readonly dimension: number
  readonly embeddings: Readonly<Record<'none' | 'query' | 'document' | 'finished', readonly string[]>>
  readonly similarityFunction: string
  readonly similarity: string
}

function expectVectors(actual: readonly Float32Array[], expected: readonly string[]): void {
  expect(actual).toHaveLength(expected.length)
  for (const [index, vector] of actual.entries())
    expect(largestDifference(vector, decodeFloats(expected[index]!))).toBeLessThan(tolerance)
}

describe.each(readdirSync(models))('the model %s', (name) => {
  const reference: Reference = JSON.parse(readFileSync(`${models}${name}/reference.json`, 'utf8'))
  const { texts, embeddings } = reference
  let embedder: Embedder
  beforeAll(async () => {
    embedder = await loadEmbedder(directorySource(`${models}${name}`), backend)
  })
  afterAll(() => embedder.dispose())

  test('embed gives the vectors of sentence-transformers, with the default prompt', async () => {
    const { dimension, maxLength } = reference
    expect(embedder).toMatchObject({ dimension, maxLength })
    expectVectors(await embedder.embed(texts), embeddings.none)
  })

  test('embedQuery and embedDocuments give the vectors of sentence-transformers', async () => {
    const queries = await Promise.all(texts.map((text) => embedder.embedQuery(text)))
    expectVectors(queries, embeddings.query)
    expectVectors(await embedder.embedDocuments(texts), embeddings.document)
  })

  test('truncated and normalised vectors are those of sentence-transformers', async () => {
    expectVectors(await embedder.embed(texts, { truncateDim: 5, normalize: true }), embeddings.finished)
  })

  test('similarity gives the values of sentence-transformers', async () => {
    const queries = embeddings.query.map(decodeFloats)
    const documents = embeddings.document.map(decodeFloats)
    const { data, shape } = embedder.similarity(queries, documents)
    expect(embedder.similarityFunction).toBe(reference.similarityFunction)
    expect(shape).toEqual([texts.length, texts.length])
    expect(largestDifference(data, decodeFloats(reference.similarity))).toBeLessThan(tolerance)
  })

  test('the vector of a text does not depend on other texts and calls', async () => {
    const alone = await embedder.embed(texts[2]!)
    const [together] = await Promise.all([
      embedder.embed(texts),
      embedder.embed([...texts].reverse(), { prompt: 'x ' }),
    ])
    expect(largestDifference(together[2]!, alone)).toBeLessThan(1e-6)
  })
})

describe('the layers after the pooling', () => {
  const files = filesIn(`${models}dense-chain`)
  const load = (changed: Record<string, Uint8Array | string | undefined>, options = {}) => {
    const present = Object.entries({ ...files, ...changed }).filter((entry) => entry[1] !== undefined)
    return loadEmbedder(memorySource(Object.fromEntries(present) as Record<string, string>), backend, options)
  }

  test('a pooling of another width than the layers take is an error INVALID_OPTION', async () => {
    await expect(load({}, { pooling: ['cls', 'mean'] })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    const embedder = await load({}, { pooling: 'cls', normalize: false })
    expect(embedder).toMatchObject({ dimension: 20, pooling: ['cls'], normalize: false })
    expect(Math.hypot(...(await embedder.embed('knight')))).not.toBeCloseTo(1, 2)
    await expect(embedder.embed('knight', { pooling: ['cls', 'max'] })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
  })

  const config = (fields: Record<string, unknown>) =>
    JSON.stringify({ in_features: 16, out_features: 12, bias: true, ...fields })

  /** Tests that the model does not load with one file of its second layer replaced. */
  function refuses(
    what: string,
    file: string,
    content: string | undefined,
    code: string,
    message = /2_Dense/,
  ) {
    test(`layers ${what} are an error ${code}`, async () => {
      await expect(load({ [`2_Dense/${file}`]: content })).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      })
    })
  }

  const residual = config({ use_residual: true })
  const unknown = config({ activation_function: 'mine.Act' })
  refuses('only in pytorch_model.bin', 'model.safetensors', undefined, 'FILE_NOT_FOUND', /2_Dense\/.*bin/)
  refuses('without a config', 'config.json', undefined, 'FILE_NOT_FOUND', /2_Dense\/config/)
  refuses('of another shape', 'config.json', config({ in_features: 8 }), 'INVALID_WEIGHTS')
  refuses('of another length', 'config.json', config({ out_features: 11 }), 'INVALID_WEIGHTS')
  refuses('without their residual matrix', 'config.json', residual, 'MISSING_TENSOR', /residual/)
  refuses('with an unknown function', 'config.json', unknown, 'UNSUPPORTED_MODEL', /mine\.Act/)
  refuses('with an HTML page as weights', 'model.safetensors', '<html></html>', 'INVALID_SAFETENSORS')

  test("layers that do not fit the model's pooling are an error INVALID_CONFIG", async () => {
    const pooling = '{"embedding_dimension": 16, "pooling_mode": ["mean", "cls"]}'
    await expect(load({ '1_Pooling/config.json': pooling })).rejects.toMatchObject({ code: 'INVALID_CONFIG' })
  })

  test('layers that do not fit each other are an error INVALID_CONFIG', async () => {
    const { loadSentenceHead } = await import('../../src/loading/load-sentence-head.js')
    const dense = (path: string, from: number, to: number) => ({
      [`${path}/config.json`]: JSON.stringify({ in_features: from, out_features: to, bias: false }),
      [`${path}/model.safetensors`]: safetensorsBytes(
        { 'linear.weight': { dtype: 'F32', shape: [to, from], data_offsets: [0, 4 * from * to] } },
        4 * from * to,
      ),
    })
    const source = memorySource({ ...dense('a', 4, 3), ...dense('b', 2, 3) })
    const modules = [{ kind: 'Dense', path: 'a' } as const, { kind: 'Dense', path: 'b' } as const]
    await expect(loadSentenceHead(source, modules, {})).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('b takes 2 values, but a returns 3'),
    })
  })

  test('the layers yield to the event loop between many vectors', async () => {
    const { loadSentenceHead } = await import('../../src/loading/load-sentence-head.js')
    const wide = { in_features: 1024, out_features: 1024, bias: false }
    const source = memorySource({
      'd/config.json': JSON.stringify(wide),
      'd/model.safetensors': safetensorsBytes(
        { 'linear.weight': { dtype: 'F32', shape: [1024, 1024], data_offsets: [0, 4 << 20] } },
        4 << 20,
      ),
    })
    const head = await loadSentenceHead(source, [{ kind: 'Dense', path: 'd' }], {})
    const vectors = Array.from({ length: 40 }, () => new Float32Array(1024))
    let hasYielded = false
    setImmediate(() => {
      hasYielded = true
    })
    await head.apply(vectors)
    expect(hasYielded).toBe(true)
  })
})
