import { afterAll, expect, test } from 'vitest'
import { engineBackend } from '../../src/backends/engine/engine.web.js'
import type { WorkerLike } from '../../src/backends/worker/worker-backend.js'
import { createEmbedder, disposeEmbedders, embed } from '../../src/create-embedder.web.js'
import { largestDifference, tolerance } from '../support/reference.js'
import { checkpointUrl, engine, fetchReference, smallCheckpoint, startEngineWorker } from './models.js'

afterAll(async () => {
  await disposeEmbedders()
  await caches.delete('bert-embed')
})

const backend = engine

test('embed loads a model that the application serves, and caches it for the next visit', async () => {
  const { texts, normalizedMean } = await fetchReference('bert-small-untrained')
  const vectors = await embed(texts, { model: smallCheckpoint, backend, normalize: true })
  vectors.forEach((vector, text) => {
    expect(largestDifference(vector, normalizedMean[text]!)).toBeLessThan(tolerance)
  })
  const offline = await embed(texts[0]!, { model: smallCheckpoint, backend, offline: true, normalize: true })
  expect(offline).toEqual(await embed(texts[0]!, { model: smallCheckpoint, backend, normalize: true }))
})

test('a model may be named by an absolute URL or by a URL relative to the page', async () => {
  const absolute = new URL(smallCheckpoint, location.href).href
  const upwards = location.pathname.split('/').slice(2).fill('..').join('/') || '.'
  for (const model of [absolute, upwards + smallCheckpoint]) {
    const embedder = await createEmbedder({ model, backend, cache: false })
    expect(embedder.dimension).toBe(64)
    await embedder.dispose()
  }
})

test('a missing model is an error', async () => {
  const loading = createEmbedder({ model: checkpointUrl('absent'), backend, cache: false })
  await expect(loading).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
})

test('each model runs in a separate worker, which ends when the model is disposed', async () => {
  let answers = 0
  let terminated = 0
  const watchedWorker = (): WorkerLike => {
    const worker = startEngineWorker()
    worker.addEventListener('message', () => answers++)
    const terminate = worker.terminate.bind(worker)
    return Object.assign(worker, {
      terminate() {
        terminated++
        terminate()
      },
    })
  }
  const watched = engineBackend({ worker: watchedWorker })
  const embedder = await createEmbedder({ model: smallCheckpoint, backend: watched, cache: false })
  await embedder.embed('knight')
  expect(answers).toBe(3) // one each for starting, loading and running
  await embedder.dispose()
  expect(terminated).toBe(1)
})

test('if no worker can start, the page runs the model and returns the same values', async () => {
  const { texts, normalizedMean } = await fetchReference('bert-small-untrained')
  const lost = () => new Worker('/absent-worker.js', { type: 'module' })
  const model = { model: smallCheckpoint, backend: engineBackend({ worker: lost }), cache: false } as const
  const embedder = await createEmbedder(model)
  const vector = await embedder.embed(texts[0]!, { normalize: true })
  expect(largestDifference(vector, normalizedMean[0]!)).toBeLessThan(tolerance)
  await embedder.dispose()
})

test('a page runs a model on the engine by default, and an ONNX file on onnxruntime-web', async () => {
  const { texts, normalizedMean } = await fetchReference('bert-small-untrained')
  const embedder = await createEmbedder({ model: smallCheckpoint, cache: false, normalize: true })
  expect([embedder.backend, embedder.device]).toEqual(['bert-embed-engine', 'wasm'])
  expect(largestDifference(await embedder.embed(texts[0]!), normalizedMean[0]!)).toBeLessThan(tolerance)
  await embedder.dispose()
  const model = '/test/fixtures/onnx-models/transformers-js'
  const graph = await createEmbedder({ model, cache: false })
  expect(graph.backend).toBe('onnxruntime-web')
  expect(await graph.embed('knight')).toHaveLength(graph.dimension)
  await graph.dispose()
})
