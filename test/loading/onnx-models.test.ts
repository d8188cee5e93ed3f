/** ONNX graphs of models' repositories, compared with PyTorch on the same weights. */

import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.js'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import type { LoadOptions } from '../../src/loading/load-options.js'
import { fileCache } from '../../src/sources/cache/file-cache.node.js'
import { directorySource } from '../../src/sources/directory.node.js'
import { hubSource } from '../../src/sources/hub/hub-source.js'
import { memorySource } from '../../src/sources/memory.js'
import { subfolderSource } from '../../src/sources/subfolder.js'
import { urlSource } from '../../src/sources/url.js'
import { cosineSimilarity } from '../../src/vectors/similarity.js'
import { filesIn, readFiles } from '../support/fixtures.js'
import { commit, startHub } from '../support/hub-server.js'
import { decodeFloats, largestDifference, tolerance } from '../support/reference.js'

const models = fileURLToPath(new URL('../fixtures/onnx-models/', import.meta.url))
const backend = nodeBackend()

interface Reference {
  readonly texts: readonly string[]
  readonly mean: readonly string[]
  readonly normalizedMean: readonly string[]
  readonly clsAndMax: readonly string[]
}

function referenceOf(name: string): Reference {
  return JSON.parse(readFileSync(`${models}${name}/reference.json`, 'utf8'))
}

const load = (name: string, options?: LoadOptions) =>
  loadEmbedder(directorySource(`${models}${name}`), backend, options)

function expectVectors(actual: readonly Float32Array[], expected: readonly string[]): void {
  expect(actual).toHaveLength(expected.length)
  for (const [index, vector] of actual.entries())
    expect(largestDifference(vector, decodeFloats(expected[index]!))).toBeLessThan(tolerance)
}

describe('a graph with the output last_hidden_state', () => {
  const { texts, ...reference } = referenceOf('transformers-js')

  test('a graph is used without safetensors, and its outputs are pooled', async () => {
    const embedder = await load('transformers-js')
    expect(embedder).toMatchObject({ dimension: 16, pooling: ['mean'], normalize: false, maxLength: 64 })
    expectVectors(await embedder.embed(texts), reference.mean)
    expectVectors(await embedder.embed(texts, { normalize: true }), reference.normalizedMean)
    const [pooled, mean] = await Promise.all([
      embedder.embed(texts, { pooling: ['cls', 'max'] }),
      embedder.embed(texts),
    ])
    expectVectors(pooled, reference.clsAndMax)
    expectVectors(mean, reference.mean)
    const { lastHiddenState } = await embedder.forward(texts)
    expect(lastHiddenState.shape).toEqual([texts.length, 64, 16])
    await embedder.dispose()
  })

  test('a graph is found by its dtype or its path', async () => {
    for (const options of [{ dtype: 'q8' }, { onnx: 'onnx/model_quantized.onnx' }] as const) {
      const embedder = await load('transformers-js', options)
      const [vector] = await embedder.embed(texts)
      const expected = decodeFloats(reference.mean[0]!)
      expect(largestDifference(vector!, expected)).toBeGreaterThan(tolerance)
      expect(cosineSimilarity(vector!, expected)).toBeGreaterThan(0.95)
      await embedder.dispose()
    }
  })

  test.each([{}, { onnx: true }])('a 4-bit graph is found by dtype q4 with options %j', async (options) => {
    const { 'onnx/model_quantized.onnx': small, ...files } = filesIn(`${models}transformers-js`)
    const source = memorySource({ ...files, 'onnx/model_q4.onnx': small! })
    await using embedder = await loadEmbedder(source, backend, { ...options, dtype: 'q4' })
    await using named = await load('transformers-js', { onnx: 'onnx/model_quantized.onnx' })
    expect(await embedder.embed(texts)).toEqual(await named.embed(texts))
  })

  test('a graph is followed by the modules of its model', async () => {
    const files = {
      ...filesIn(`${models}transformers-js`),
      'modules.json': JSON.stringify([
        { type: 'sentence_transformers.models.Transformer', path: '' },
        { type: 'sentence_transformers.models.Pooling', path: '1_Pooling' },
        { type: 'sentence_transformers.models.Normalize', path: '2_Normalize' },
      ]),
      '1_Pooling/config.json': '{"pooling_mode": "mean", "include_prompt": false}',
    }
    const embedder = await loadEmbedder(memorySource(files), backend)
    expectVectors(await embedder.embed(texts), reference.normalizedMean)
    await embedder.dispose()
  })

  test('a graph may have an architecture that the library does not support', async () => {
    const files = filesIn(`${models}transformers-js`)
    const config = { model_type: 'unheard-of', d_model: 16, vocab_size: 240, max_position_embeddings: 64 }
    const source = memorySource({ ...files, 'config.json': JSON.stringify(config) })
    await expect(loadEmbedder(source, backend)).rejects.toMatchObject({ code: 'UNSUPPORTED_MODEL' })
    const embedder = await loadEmbedder(source, backend, { onnx: true })
    expectVectors(await embedder.embed(texts), reference.mean)
    await embedder.dispose()
  })
})

describe('a graph with the output sentence_embedding', () => {
  const { texts, ...reference } = referenceOf('sentence-transformers')

  test('sentence_embedding is the vector of a text, with weights in an external file', async () => {
    const embedder = await load('sentence-transformers')
    expect(embedder).toMatchObject({ dimension: 16, pooling: [] })
    expectVectors(await embedder.embed(texts), reference.normalizedMean)
    const truncated = await embedder.embed(texts[0]!, { truncateDim: 4, normalize: true })
    expect(Math.hypot(...truncated)).toBeCloseTo(1, 6)
    // The vectors of the tokens can still be pooled.
    expectVectors(await embedder.embed(texts, { pooling: ['cls', 'max'] }), reference.clsAndMax)
    await embedder.dispose()
  })

  test('the option pooling overrides sentence_embedding', async () => {
    const embedder = await load('sentence-transformers', { pooling: 'mean' })
    expect(embedder.pooling).toEqual(['mean'])
    expectVectors(await embedder.embed(texts), reference.mean)
    await embedder.dispose()
  })

  test('a graph from memory gives the same vectors with its external file', async () => {
    const embedder = await loadEmbedder(memorySource(filesIn(`${models}sentence-transformers`)), backend)
    expectVectors(await embedder.embed(texts), reference.normalizedMean)
    await embedder.dispose()
  })

  test('a graph with sentence_embedding only refuses other poolings and forward', async () => {
    const onnx = 'onnx/model_O3.onnx'
    await expect(load('sentence-transformers', { onnx, pooling: 'mean' })).rejects.toMatchObject({
      code: 'UNSUPPORTED_MODEL',
    })
    const embedder = await load('sentence-transformers', { onnx })
    expectVectors(await embedder.embed(texts), reference.normalizedMean)
    const unsupported = { code: 'UNSUPPORTED_MODEL' }
    await expect(embedder.embed('knight', { pooling: 'cls' })).rejects.toMatchObject(unsupported)
    await expect(embedder.forward('knight')).rejects.toMatchObject(unsupported)
    await embedder.dispose()
  })

  test('a graph is found by the file names of sentence-transformers', async () => {
    const embedder = await load('sentence-transformers', { dtype: 'q8' })
    expectVectors(await embedder.embed(texts), reference.mean)
    await embedder.dispose()
  })
})

describe('graphs of other exporters', () => {
  const { texts, ...reference } = referenceOf('sentence-transformers')
  const graph = (name: string, options: LoadOptions = {}) =>
    load('sentence-transformers', { onnx: `onnx/${name}.onnx`, ...options })

  test.each([
    ['fixed-1x64', 'one text of 64 tokens'],
    ['fixed-batch-2', 'two texts'],
    ['fixed-tokens-64', '64 tokens'],
    ['no-token-types', 'without token_type_ids'],
    ['no-mask', 'without attention_mask'],
    ['other-names', 'with the names of TensorFlow, and outputs without known names'],
    ['other-input-types', 'with int32, float16 and booleans as inputs'],
  ])('the graph %s (%s) gives the same vectors', async (name) => {
    const embedder = await graph(name)
    expectVectors(await embedder.embed(texts), reference.normalizedMean)
    expectVectors(await embedder.embed(texts, { pooling: 'mean' }), reference.mean)
    // Different texts in one batch, with and without the option pooling.
    const both = await Promise.all([
      embedder.embed(texts.slice(1), { pooling: ['cls', 'max'] }),
      embedder.embed(texts.slice(0, 2)),
    ])
    expectVectors(both[0], reference.clsAndMax.slice(1))
    expectVectors(both[1], reference.normalizedMean.slice(0, 2))
    await embedder.dispose()
  })

  test.each(['fixed-1x64', 'fixed-3x16', 'fixed-tokens-64', 'fixed-batch-2', 'no-mask'])(
    'the graph %s has the hidden states of the graph without fixed sizes for both paddings',
    async (name) => {
      const [embedder, any] = await Promise.all([graph(name), graph('model')])
      for (const padding of ['longest', 'max_length'] as const) {
        const options = { padding, maxLength: 16 }
        const [given, expected] = await Promise.all([
          embedder.forward(texts, options),
          any.forward(texts, options),
        ])
        const { data, shape } = expected.lastHiddenState
        expect(given.lastHiddenState.shape).toEqual(shape)
        // A graph without a mask has no hidden states for padding.
        const isText = (index: number) => expected.attentionMask.data[Math.floor(index / 16)] === 1
        const textsOf = (values: Float32Array) => values.filter((_, index) => isText(index))
        expect(largestDifference(textsOf(given.lastHiddenState.data), textsOf(data))).toBeLessThan(tolerance)
      }
      await Promise.all([embedder.dispose(), any.dispose()])
    },
  )

  test.each([
    ['fixed-3x16', [3, 16], 4],
    ['fixed-1x64', [1, 64], 12],
    ['fixed-tokens-64', [8, 64], 2],
  ] as const)('the runs of %s are filled for texts of different lengths', async (name, shape, runs) => {
    const shapes: (readonly number[])[] = []
    const counting: Backend = {
      ...backend,
      async createSession(model, options) {
        const session = await backend.createSession(model, options)
        return {
          ...session,
          run(inputs, outputs) {
            shapes.push(Object.values(inputs)[0]!.shape)
            return session.run(inputs, outputs)
          },
        }
      },
    }
    const source = directorySource(`${models}sentence-transformers`)
    const embedder = await loadEmbedder(source, counting, { onnx: `onnx/${name}.onnx` })
    const unlike = Array.from({ length: 12 }, (_, i) => 'knight '.repeat(i))
    await embedder.embed(unlike)
    expect(shapes).toHaveLength(runs)
    expect(shapes[0]).toEqual(shape)
    await embedder.dispose()
  })

  test('a graph of 16 tokens truncates texts to 16 tokens, and refuses a larger maxLength', async () => {
    const [embedder, any] = await Promise.all([graph('fixed-3x16'), graph('model', { maxLength: 16 })])
    expect(embedder.maxLength).toBe(16)
    const expected = await any.embed(texts)
    for (const [index, vector] of (await embedder.embed(texts)).entries())
      expect(largestDifference(vector, expected[index]!)).toBeLessThan(tolerance)
    const wrong = { code: 'INVALID_OPTION' }
    await expect(embedder.embed(texts, { maxLength: 17 })).rejects.toMatchObject(wrong)
    await expect(graph('fixed-3x16', { maxLength: 17 })).rejects.toMatchObject(wrong)
    await Promise.all([embedder.dispose(), any.dispose()])
  })

  test('a graph in half precision gives vectors in float32', async () => {
    const embedder = await graph('float16')
    const modes = [undefined, 'mean'] as const
    for (const pooling of modes) {
      const vectors = await embedder.embed(texts, { pooling })
      const expected = pooling ? reference.mean : reference.normalizedMean
      for (const [index, vector] of vectors.entries()) {
        expect(vector).toBeInstanceOf(Float32Array)
        // 11 bits, through two layers.
        expect(largestDifference(vector, decodeFloats(expected[index]!))).toBeLessThan(5e-3)
      }
    }
    await embedder.dispose()
  })

  test('a graph of a fixed length without a mask is an error UNSUPPORTED_MODEL', async () => {
    await expect(graph('fixed-no-mask')).rejects.toMatchObject({ code: 'UNSUPPORTED_MODEL' })
  })
})

describe('finding the file of a graph', () => {
  const {
    'onnx/model.onnx': _,
    'onnx/model_quantized.onnx': __,
    ...others
  } = filesIn(`${models}transformers-js`)
  const withGraphs = (...paths: string[]) => ({
    ...others,
    ...Object.fromEntries(paths.map((path) => [path, 'not a graph'])),
  })
  const failure = (files: Record<string, Uint8Array | string>, options: LoadOptions = {}) =>
    loadEmbedder(memorySource(files), backend, options).catch((error: unknown) => error)

  test.each([
    ['onnx/model.onnx'],
    ['model.onnx'],
    ['onnx/model.onnx', 'model.onnx', 'onnx/model_quantized.onnx'],
    ['model.onnx', 'model_quantized.onnx', 'onnx/model_fp16.onnx'],
    ['model_optimized.onnx'],
    ['onnx/model_optimized.onnx'],
    ['model_O3.onnx', 'onnx/model_quantized.onnx'],
    ['onnx/model_fp16.onnx', 'onnx/model_quantized.onnx'],
    ['model_quantized.onnx', 'model_q4.onnx'],
    ['onnx/model_quantized.onnx'],
    ['model_int8.onnx'],
    ['onnx/model_qint8_arm64.onnx'],
    ['onnx/model_q4.onnx'],
    ['model_bnb4.onnx'],
  ])('the first file found by default is %s', async (first, ...rest) => {
    expect(await failure(withGraphs(first, ...rest))).toMatchObject({
      code: 'INVALID_ONNX',
      message: expect.stringMatching(`^${first} `),
    })
  })

  test.each([
    ['fp32', 'model_optimized.onnx'],
    ['fp16', 'model_fp16.onnx'],
    ['fp16', 'onnx/model_O4.onnx'],
    ['q8', 'model_quantized.onnx'],
    ['q8', 'model_optimized_quantized.onnx'],
    ['q8', 'model_int8.onnx'],
    ['q8', 'onnx/model_quint8_avx2.onnx'],
    ['q4', 'model_q4.onnx'],
    ['q4', 'onnx/model_q4f16.onnx'],
  ] as const)('the file of dtype %s may be %s', async (dtype, path) => {
    expect(await failure(withGraphs(path), { dtype })).toMatchObject({
      code: 'INVALID_ONNX',
      message: expect.stringMatching(`^${path} `),
    })
  })

  test('a missing file is an error FILE_NOT_FOUND that lists the other graphs', async () => {
    const files = withGraphs('onnx/model_quantized.onnx', 'other.onnx')
    for (const options of [{ dtype: 'fp32' }, { dtype: 'q4' }, { onnx: 'onnx/model.onnx' }] as const) {
      const error = await failure(files, options)
      expect(error).toMatchObject({ code: 'FILE_NOT_FOUND' })
      expect(error).toMatchObject({
        message: expect.stringContaining("onnx/model_quantized.onnx (dtype: 'q8')"),
      })
      expect(error).toMatchObject({ message: expect.stringContaining('other.onnx') })
    }
    expect(await failure(withGraphs('minilm.onnx'))).toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining('minilm.onnx'),
    })
  })

  test('every kind of source lists the other graphs in the error', async () => {
    const files = withGraphs('onnx/model_quantized.onnx')
    const bytes = Object.fromEntries(
      Object.entries(files).map(([path, content]) => [
        path,
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ]),
    )
    await using hub = await startHub({ 'owner/name': bytes })
    const inFolder = Object.fromEntries(
      Object.entries(files).map(([path, bytes]) => [`0_Part/${path}`, bytes]),
    )
    const sources = [
      hubSource('owner/name', { endpoint: hub.endpoint }),
      urlSource(`${hub.endpoint}/files`),
      subfolderSource(memorySource(inFolder), '0_Part'),
    ]
    for (const source of sources)
      await expect(loadEmbedder(source, backend, { dtype: 'fp16' })).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
        message: expect.stringContaining('onnx/model_quantized.onnx'),
      })
    expect(hub.requests.filter((path) => path.endsWith('.onnx') && path.includes('/resolve/'))).toEqual([])
  })
})

describe('an external weight file of a graph', () => {
  const files = filesIn(`${models}sentence-transformers`)
  const weights = files['onnx/model.onnx_data']!

  test.each([
    ['truncated', weights.subarray(0, -1), /download it again/],
    ['empty', new Uint8Array(), /download it again/],
    [
      'a Git LFS pointer',
      new TextEncoder().encode('version https://git-lfs.github.com/spec/v1'),
      /git lfs pull/,
    ],
    ['an HTML page', new TextEncoder().encode('<html>'), /HTML/],
  ])('a weight file that is %s is an error INVALID_ONNX that says so', async (_, bytes, message) => {
    const source = memorySource({ ...files, 'onnx/model.onnx_data': bytes })
    await expect(loadEmbedder(source, backend)).rejects.toMatchObject({
      code: 'INVALID_ONNX',
      message: expect.stringMatching(new RegExp(`onnx/model\\.onnx_data.*${message.source}`)),
    })
  })

  test('a weight file that is truncated in the cache is an error INVALID_ONNX offline', async () => {
    const cacheDir = mkdtempSync(join(tmpdir(), 'bert-embed-onnx-'))
    await using hub = await startHub({ 'owner/name': files })
    const cache = fileCache(cacheDir)
    const open = (offline: boolean) =>
      loadEmbedder(hubSource('owner/name', { endpoint: hub.endpoint, cache, offline }), backend)
    await (await open(false)).dispose()
    await (await open(true)).dispose()
    const path = join(cacheDir, 'models--owner--name/snapshots', commit, 'onnx/model.onnx_data')
    truncateSync(path, weights.byteLength - 100)
    await expect(open(true)).rejects.toMatchObject({ code: 'INVALID_ONNX' })
    await (await open(false)).dispose()
    rmSync(cacheDir, { recursive: true })
  })
})

describe('safetensors and ONNX in one repository', () => {
  const files: Record<string, Uint8Array | string> = {
    ...readFiles('tiny-relu'),
    'onnx/model.onnx': 'not a graph',
  }

  test('the graph runs only with the option onnx', async () => {
    await (await loadEmbedder(memorySource(files), backend)).dispose()
    await expect(loadEmbedder(memorySource(files), backend, { onnx: true })).rejects.toMatchObject({
      code: 'INVALID_ONNX',
    })
  })

  test('the graph of dtype q4 runs only with the option onnx', async () => {
    const graph = readFileSync(`${models}transformers-js/onnx/model.onnx`)
    const source = memorySource({ ...files, 'onnx/model_q4.onnx': graph })
    await using embedder = await loadEmbedder(source, backend, { dtype: 'q4', onnx: true })
    await using named = await loadEmbedder(source, backend, { onnx: 'onnx/model_q4.onnx' })
    expect(await embedder.embed('knight')).toEqual(await named.embed('knight'))
    await expect(loadEmbedder(source, backend, { dtype: 'q4' })).rejects.toMatchObject({
      name: 'ArgumentRangeError',
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/"q8".*onnx/),
    })
  })

  test('a missing shard does not fall back to the graph', async () => {
    const { 'model.safetensors': _, ...others } = files
    const index = '{"weight_map": {"a": "model-00001-of-00001.safetensors"}}'
    const source = memorySource({ ...others, 'model.safetensors.index.json': index })
    await expect(loadEmbedder(source, backend)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })

  test('a missing file is an error FILE_NOT_FOUND that names it', async () => {
    const { 'onnx/model.onnx': _, 'model.safetensors': __, ...others } = files
    const missing = (message: RegExp) => ({
      code: 'FILE_NOT_FOUND',
      message: expect.stringMatching(message),
    })
    const source = memorySource(others)
    await expect(loadEmbedder(source, backend)).rejects.toMatchObject(
      missing(/model\.safetensors.*onnx\/model\.onnx/),
    )
    await expect(loadEmbedder(source, backend, { onnx: true })).rejects.toMatchObject(missing(/model\.onnx/))
    const without = filesIn(`${models}sentence-transformers`)
    delete without['onnx/model.onnx_data']
    await expect(loadEmbedder(memorySource(without), backend)).rejects.toMatchObject(missing(/onnx_data/))
  })

  test.each([7, '', null])('onnx %j is an error INVALID_OPTION', async (onnx) => {
    const loading = loadEmbedder(memorySource(files), backend, { onnx: onnx as never })
    await expect(loading).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })
})
