import { describe, expect, test } from 'vitest'
import { createEmbedder } from '../../src/create-embedder.web.js'
import { cosineSimilarity } from '../../src/vectors/similarity.js'
import { checkpointUrl, fetchReference, workerBackends } from './models.js'

const { 'the engine': engine, 'onnxruntime-web': ort } = workerBackends

describe.each([
  { device: 'wasm', backend: engine },
  { device: 'wasm', backend: ort },
  { device: 'webgpu', backend: ort },
])('$backend.name on $device', ({ device, backend }) => {
  test.each([
    ['fp16', 'bert-small-untrained', 0.99999],
    ['q8', 'bert-small-untrained', 0.999],
    ['q8', 'tiny-odd-heads', 0.999],
    ['fp32', 'tiny-bf16', 0.999999],
  ] as const)(
    `on ${device} with ${backend.name}, dtype %s is close to PyTorch's vectors for %s`,
    async (dtype, name, minCosine) => {
      const { texts, normalizedMean } = await fetchReference(name)
      const model = checkpointUrl(name)
      const embedder = await createEmbedder({ model, backend, cache: false, dtype, device, normalize: true })
      expect(embedder.device).toBe(device)
      const vectors = await embedder.embed(texts)
      const cosines = vectors.map((vector, text) => cosineSimilarity(vector, normalizedMean[text]!))
      expect(Math.min(...cosines)).toBeGreaterThan(minCosine)
      await embedder.dispose()
    },
  )
})
