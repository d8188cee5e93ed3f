import { expect, test } from 'vitest'
import { webBackend } from '../../src/backends/ort/ort.web.js'
import { createEmbedder } from '../../src/create-embedder.web.js'
import { largestDifference, tolerance } from '../support/reference.js'
import { fetchReference, smallCheckpoint, startWorker } from './models.js'

const load = (wasmPaths: string) =>
  createEmbedder({
    model: smallCheckpoint,
    backend: webBackend({ worker: startWorker, wasmPaths }),
    cache: false,
  })

test('a .wasm file with a wrong content type is compiled', async () => {
  const { texts, normalizedMean } = await fetchReference('bert-small-untrained')
  const embedder = await load('/wasm/as-text/')
  const vector = await embedder.embed(texts[0]!, { normalize: true })
  expect(largestDifference(vector, normalizedMean[0]!)).toBeLessThan(tolerance)
  await embedder.dispose()
})

test.each(['absent', 'as-page'])(
  'a .wasm file that is %s is an error BACKEND_FAILED, and the page can retry',
  async (route) => {
    await expect(load(`/wasm/${route}/`)).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
    const embedder = await load('/wasm/as-text/')
    expect(await embedder.embed('knight')).toHaveLength(64)
    await embedder.dispose()
  },
)

test('a missing .wasm file is an error BACKEND_FAILED in the page too', async () => {
  const backend = webBackend({ worker: false, wasmPaths: '/wasm/absent/' })
  const loading = createEmbedder({ model: smallCheckpoint, backend, cache: false })
  await expect(loading).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
})
