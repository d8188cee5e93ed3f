/** ONNX graphs of repositories, and modules after the pooling, in a page. Their weights come from Blobs and bytes. */

import { expect, test } from 'vitest'
import { webBackend } from '../../src/backends/ort/ort.web.js'
import { createEmbedder } from '../../src/create-embedder.web.js'
import { decodeFloats, largestDifference, tolerance } from '../support/reference.js'
import { startWorker } from './models.js'

test.each([
  ['onnx-models/transformers-js', 'mean'],
  ['onnx-models/sentence-transformers', 'normalizedMean'],
  ['sentence-models/dense-chain', 'none'],
] as const)('the model %s returns the vectors of Python', async (path, key) => {
  const model = `/test/fixtures/${path}`
  const reference = await (await fetch(`${model}/reference.json`)).json()
  const backend = webBackend({ worker: startWorker })
  const embedder = await createEmbedder({ model, backend, cache: false })
  const vectors: Float32Array[] = await embedder.embed(reference.texts as string[])
  const expected: readonly string[] = (reference.embeddings ?? reference)[key]!
  expect(vectors).toHaveLength(expected.length)
  for (const [index, vector] of vectors.entries())
    expect(largestDifference(vector, decodeFloats(expected[index]!))).toBeLessThan(tolerance)
  await embedder.dispose()
})

test.each([
  ['float16', 5e-3], // 11 bits of precision, through two layers
  ['fixed-1x64', tolerance],
  ['other-input-types', tolerance],
])('a graph with other number types or fixed sizes runs: %s', async (name, limit) => {
  const model = '/test/fixtures/onnx-models/sentence-transformers'
  const reference = await (await fetch(`${model}/reference.json`)).json()
  const backend = webBackend({ worker: startWorker })
  const embedder = await createEmbedder({ model, backend, cache: false, onnx: `onnx/${name}.onnx` })
  const vectors: Float32Array[] = await embedder.embed(reference.texts as string[])
  for (const [index, vector] of vectors.entries())
    expect(largestDifference(vector, decodeFloats(reference.normalizedMean[index]!))).toBeLessThan(limit)
  await embedder.dispose()
})
