import { expect, test } from 'vitest'
import { webBackend } from '../../../src/backends/ort/ort.web.js'
import { createEmbedder } from '../../../src/create-embedder.web.js'
import { smallCheckpoint, startWorker } from '../models.js'

test.each([
  ['the page', false],
  ['a worker', startWorker],
])('without a WebGPU adapter, device webgpu in %s is an error UNSUPPORTED_DEVICE', async (_, worker) => {
  const backend = webBackend({ worker })
  const loading = createEmbedder({ model: smallCheckpoint, backend, device: 'webgpu', cache: false })
  await expect(loading).rejects.toMatchObject({ code: 'UNSUPPORTED_DEVICE' })
})
