import * as ort from 'onnxruntime-web/wasm'
import { expect, test } from 'vitest'
import { webBackend } from '../../src/backends/ort/ort.web.js'
import { createEmbedder } from '../../src/create-embedder.web.js'
import { engine, smallCheckpoint } from './models.js'

test('a cross-origin isolated page runs on the number of threads in the options', async () => {
  expect(crossOriginIsolated).toBe(true)
  const backend = webBackend({ worker: false })
  const embedder = await createEmbedder({ model: smallCheckpoint, backend, threads: 2, cache: false })
  expect(await embedder.embed('knight')).toHaveLength(64)
  expect(ort.env.wasm.numThreads).toBe(Math.min(2, navigator.hardwareConcurrency))
  await embedder.dispose()
})

test('the number of threads is limited to the number of cores', async () => {
  const backend = webBackend({ worker: false })
  const embedder = await createEmbedder({ model: smallCheckpoint, backend, threads: 1000, cache: false })
  expect(ort.env.wasm.numThreads).toBe(navigator.hardwareConcurrency)
  await embedder.dispose()
})

test('the engine has exactly the same vectors on several threads of an isolated page as on one', async () => {
  const texts = ['knight', 'the knight rode on '.repeat(40)]
  const vectors: Float32Array[][] = []
  for (const threads of [1, 2]) {
    const embedder = await createEmbedder({ model: smallCheckpoint, backend: engine, threads, cache: false })
    vectors.push(
      await embedder.embed(texts),
      [await embedder.embed(texts[1]!), await embedder.embed(texts[0]!)].reverse(),
    )
    await embedder.dispose()
  }
  for (const others of vectors) expect(others).toEqual(vectors[0])
})
