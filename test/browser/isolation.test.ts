import * as ort from 'onnxruntime-web/wasm'
import { expect, test } from 'vitest'
import { webBackend } from '../../src/backends/ort/ort.web.js'
import { createEmbedder } from '../../src/create-embedder.web.js'
import { smallCheckpoint } from './models.js'

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
