import * as ort from 'onnxruntime-web/wasm'
import { expect, test } from 'vitest'
import { startEngineThread } from '../../src/backends/engine/serve-engine.js'
import { webBackend } from '../../src/backends/ort/ort.web.js'
import { createEmbedder } from '../../src/create-embedder.web.js'
import { encodeKernels } from '../../src/engine/kernels/module.js'
import { configOf, randomPlanModel } from '../support/engine-models.js'
import { engine, smallCheckpoint, startEngineWorker } from './models.js'

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

test('the code of the worker of the engine is also the code of its further threads', async () => {
  const { plan } = await randomPlanModel(configOf.bert({ hidden: 20, heads: 2, inner: 20 }), { seed: 1 })
  const limits = { minPages: 1, maxPages: 2 }
  const memory = new WebAssembly.Memory({ initial: limits.minPages, maximum: limits.maxPages, shared: true })
  const bytes = encodeKernels({ ...limits, isShared: true, isRelaxed: false })
  const module = await WebAssembly.compile(bytes)
  const setup = { module, memory, plan, index: 1, count: 2 }
  const thread = await startEngineThread(startEngineWorker, setup)
  expect(thread.hasEnded()).toBe(false)
  thread.close()
})
