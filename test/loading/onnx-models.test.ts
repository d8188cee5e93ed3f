/** Models whose repositories ship ONNX graphs, beside what PyTorch makes of the same weights. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { nodeBackend } from '../../src/backends/ort.node.js'
import { cosineSimilarity } from '../../src/embeddings/similarity.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import type { LoadOptions } from '../../src/loading/load-options.js'
import { directorySource } from '../../src/sources/directory.node.js'
import { memorySource } from '../../src/sources/memory.js'
import { filesIn, readFiles } from '../support/fixtures.js'
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

describe('a graph that gives the vectors of the tokens', () => {
  const { texts, ...reference } = referenceOf('transformers-js')

  test('is used where there are no safetensors, and pooled as any model is', async () => {
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

  test('is found by its dtype, or by its path', async () => {
    for (const options of [{ dtype: 'q8' }, { onnx: 'onnx/model_quantized.onnx' }] as const) {
      const embedder = await load('transformers-js', options)
      const [vector] = await embedder.embed(texts)
      const expected = decodeFloats(reference.mean[0]!)
      expect(largestDifference(vector!, expected)).toBeGreaterThan(tolerance)
      expect(cosineSimilarity(vector!, expected)).toBeGreaterThan(0.95)
      await embedder.dispose()
    }
  })

  test('has its modules as any model has, from memory too', async () => {
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

  test('may be of an architecture that the library has no graph for', async () => {
    const files = filesIn(`${models}transformers-js`)
    const config = { model_type: 'unheard-of', d_model: 16, vocab_size: 240, max_position_embeddings: 64 }
    const source = memorySource({ ...files, 'config.json': JSON.stringify(config) })
    await expect(loadEmbedder(source, backend)).rejects.toMatchObject({ code: 'UNSUPPORTED_MODEL' })
    const embedder = await loadEmbedder(source, backend, { onnx: true })
    expectVectors(await embedder.embed(texts), reference.mean)
    await embedder.dispose()
  })
})

describe('a graph that gives the vector of the text', () => {
  const { texts, ...reference } = referenceOf('sentence-transformers')

  test('has its weights in the file beside it, and the last word', async () => {
    const embedder = await load('sentence-transformers')
    expect(embedder).toMatchObject({ dimension: 16, pooling: [] })
    expectVectors(await embedder.embed(texts), reference.normalizedMean)
    const truncated = await embedder.embed(texts[0]!, { truncateDim: 4, normalize: true })
    expect(Math.hypot(...truncated)).toBeCloseTo(1, 6)
    // The tokens' vectors are there too, for who wants them.
    expectVectors(await embedder.embed(texts, { pooling: ['cls', 'max'] }), reference.clsAndMax)
    await embedder.dispose()
  })

  test('is pooled instead where a pooling is asked for', async () => {
    const embedder = await load('sentence-transformers', { pooling: 'mean' })
    expect(embedder.pooling).toEqual(['mean'])
    expectVectors(await embedder.embed(texts), reference.mean)
    await embedder.dispose()
  })

  test('from memory, with the file beside it, is the same', async () => {
    const embedder = await loadEmbedder(memorySource(filesIn(`${models}sentence-transformers`)), backend)
    expectVectors(await embedder.embed(texts), reference.normalizedMean)
    await embedder.dispose()
  })

  test('alone leaves no choice of pooling', async () => {
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

  test('is found under the names that sentence-transformers gives its files', async () => {
    const embedder = await load('sentence-transformers', { dtype: 'q8' })
    expectVectors(await embedder.embed(texts), reference.mean)
    await embedder.dispose()
  })
})

describe('safetensors and ONNX in one repository', () => {
  const files: Record<string, Uint8Array | string> = {
    ...readFiles('tiny-relu'),
    'onnx/model.onnx': 'no model',
  }

  test('are told apart: the graph runs only when it is asked for', async () => {
    await (await loadEmbedder(memorySource(files), backend)).dispose()
    await expect(loadEmbedder(memorySource(files), backend, { onnx: true })).rejects.toMatchObject({
      code: 'INVALID_ONNX',
    })
  })

  test('a shard that is missing is no reason to run the graph', async () => {
    const { 'model.safetensors': _, ...others } = files
    const index = '{"weight_map": {"a": "model-00001-of-00001.safetensors"}}'
    const source = memorySource({ ...others, 'model.safetensors.index.json': index })
    await expect(loadEmbedder(source, backend)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })

  test('what is not there is an error FILE_NOT_FOUND that names it', async () => {
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
