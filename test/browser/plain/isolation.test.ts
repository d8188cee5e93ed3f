import * as ort from 'onnxruntime-web/wasm'
import { expect, test } from 'vitest'
import { engineBackend } from '../../../src/backends/engine/engine.web.js'
import { webBackend } from '../../../src/backends/ort/ort.web.js'
import { createEmbedder } from '../../../src/create-embedder.web.js'
import { largestDifference, tolerance } from '../../support/reference.js'
import { fetchReference, smallCheckpoint, startEngineWorker, startWorker } from '../models.js'

test.each([
  ['the page', false],
  ['a worker', startWorker],
])('a page that is not isolated runs on one thread in %s, even with threads: 2', async (_, worker) => {
  expect(crossOriginIsolated).toBe(false)
  const { texts, normalizedMean } = await fetchReference('bert-small-untrained')
  const backend = webBackend({ worker })
  const embedder = await createEmbedder({ model: smallCheckpoint, backend, threads: 2, cache: false })
  const vector = await embedder.embed(texts[0]!, { normalize: true })
  expect(largestDifference(vector, normalizedMean[0]!)).toBeLessThan(tolerance)
  if (!worker) expect(ort.env.wasm.numThreads).toBe(1)
  await embedder.dispose()
})

test.each([
  ['the page', false],
  ['a worker', startEngineWorker],
])(
  'the engine runs on one thread in %s of a page that is not isolated, even with threads: 2',
  async (_, worker) => {
    const { texts, normalizedMean } = await fetchReference('bert-small-untrained')
    const backend = engineBackend({ worker })
    const embedder = await createEmbedder({ model: smallCheckpoint, backend, threads: 2, cache: false })
    const vector = await embedder.embed(texts[0]!, { normalize: true })
    expect(largestDifference(vector, normalizedMean[0]!)).toBeLessThan(tolerance)
    await embedder.dispose()
  },
)

test('a page that is not isolated uses several cores with several sessions', async () => {
  const { texts, normalizedMean } = await fetchReference('bert-small-untrained')
  let workers = 0
  const worker = () => {
    workers++
    return startEngineWorker()
  }
  const embedder = await createEmbedder({
    model: smallCheckpoint,
    backend: engineBackend({ worker }),
    sessions: 2,
    cache: false,
  })
  const vectors = await embedder.embed(texts, { normalize: true })
  for (const [index, vector] of vectors.entries())
    expect(largestDifference(vector, normalizedMean[index]!)).toBeLessThan(tolerance)
  expect(workers).toBe(2)
  await embedder.dispose()
})
