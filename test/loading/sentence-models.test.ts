/** Models of sentence-transformers, with everything their files can ask for, beside what it answers itself. */

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

describe.each(readdirSync(models))('the model %s gives what sentence-transformers gives', (name) => {
  const reference: Reference = JSON.parse(readFileSync(`${models}${name}/reference.json`, 'utf8'))
  const { texts, embeddings } = reference
  let embedder: Embedder
  beforeAll(async () => {
    embedder = await loadEmbedder(directorySource(`${models}${name}`), backend)
  })
  afterAll(() => embedder.dispose())

  test('for texts as they come, with its default prompt', async () => {
    const { dimension, maxLength } = reference
    expect(embedder).toMatchObject({ dimension, maxLength })
    expectVectors(await embedder.embed(texts), embeddings.none)
  })

  test('for queries and for documents', async () => {
    const queries = await Promise.all(texts.map((text) => embedder.embedQuery(text)))
    expectVectors(queries, embeddings.query)
    expectVectors(await embedder.embedDocuments(texts), embeddings.document)
  })

  test('truncated and normalised', async () => {
    expectVectors(await embedder.embed(texts, { truncateDim: 5, normalize: true }), embeddings.finished)
  })

  test('in their similarities', async () => {
    const queries = embeddings.query.map(decodeFloats)
    const documents = embeddings.document.map(decodeFloats)
    const { data, shape } = embedder.similarity(queries, documents)
    expect(embedder.similarityFunction).toBe(reference.similarityFunction)
    expect(shape).toEqual([texts.length, texts.length])
    expect(largestDifference(data, decodeFloats(reference.similarity))).toBeLessThan(tolerance)
  })

  test("whatever texts are beside a text, and whatever other calls' poolings", async () => {
    const alone = await embedder.embed(texts[2]!)
    const [together] = await Promise.all([
      embedder.embed(texts),
      embedder.embed([...texts].reverse(), { prompt: 'x ' }),
    ])
    expect(largestDifference(together[2]!, alone)).toBeLessThan(1e-6)
  })
})

describe('layers after the pooling', () => {
  const files = filesIn(`${models}dense-chain`)
  const load = (changed: Record<string, Uint8Array | string | undefined>, options = {}) => {
    const present = Object.entries({ ...files, ...changed }).filter((entry) => entry[1] !== undefined)
    return loadEmbedder(memorySource(Object.fromEntries(present) as Record<string, string>), backend, options)
  }

  test('take only poolings of their own width', async () => {
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

  test.each([
    [
      'only in pytorch_model.bin',
      { '2_Dense/model.safetensors': undefined },
      'FILE_NOT_FOUND',
      /2_Dense\/.*bin/,
    ],
    ['without a config', { '2_Dense/config.json': undefined }, 'FILE_NOT_FOUND', /2_Dense\/config/],
    ['of another shape', { '2_Dense/config.json': config({ in_features: 8 }) }, 'INVALID_WEIGHTS', /2_Dense/],
    ['that do not fit each other', { '2_Dense/config.json': config({ out_features: 11 }) }, 'INVALID_', /./],
    [
      'with a matrix that is not there',
      { '2_Dense/config.json': config({ use_residual: true }) },
      'MISSING_TENSOR',
      /residual/,
    ],
    [
      'with a function of their own',
      { '2_Dense/config.json': config({ activation_function: 'mine.Act' }) },
      'UNSUPPORTED_MODEL',
      /mine\.Act/,
    ],
    [
      'that are no weights',
      { '2_Dense/model.safetensors': '<html></html>' },
      'INVALID_SAFETENSORS',
      /2_Dense/,
    ],
  ])('%s are an error', async (_, changed, code, message) => {
    await expect(load(changed)).rejects.toMatchObject({
      code: expect.stringContaining(code),
      message: expect.stringMatching(message),
    })
  })

  test('that do not fit the pooling are an error INVALID_CONFIG', async () => {
    const pooling = '{"embedding_dimension": 16, "pooling_mode": ["mean", "cls"]}'
    await expect(load({ '1_Pooling/config.json': pooling })).rejects.toMatchObject({ code: 'INVALID_CONFIG' })
  })

  test('let the event loop turn between many vectors', async () => {
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
    let hasTurned = false
    setImmediate(() => {
      hasTurned = true
    })
    await head.apply(vectors)
    expect(hasTurned).toBe(true)
  })
})
