import * as ort from 'onnxruntime-web/wasm'
import { expect, test } from 'vitest'
import { webBackend } from '../../../src/backends/ort.web.js'
import { createEmbedder } from '../../../src/create-embedder.web.js'
import { largestDifference, tolerance } from '../../support/reference.js'
import { fetchReference, smallCheckpoint, startWorker } from '../models.js'

test.each([
  ['the page', false],
  ['a worker', startWorker],
])('a page that is not isolated runs on one thread in %s, whatever it asks for', async (_, worker) => {
  expect(crossOriginIsolated).toBe(false)
  const { texts, normalizedMean } = await fetchReference('bert-small-untrained')
  const backend = webBackend({ worker })
  const embedder = await createEmbedder({ model: smallCheckpoint, backend, threads: 2, cache: false })
  const vector = await embedder.embed(texts[0]!, { normalize: true })
  expect(largestDifference(vector, normalizedMean[0]!)).toBeLessThan(tolerance)
  if (!worker) expect(ort.env.wasm.numThreads).toBe(1)
  await embedder.dispose()
})
