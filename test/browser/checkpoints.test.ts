import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.js'
import { createEmbedder } from '../../src/create-embedder.web.js'
import type { Embedder } from '../../src/embedder/embedder-types.js'
import { expectForward, expectIndependence, expectVectors } from '../support/expectations.js'
import {
  bareCheckpoints,
  checkpointUrl,
  engine,
  fetchReference,
  fetchSentenceReference,
  workerBackends,
} from './models.js'

const backends = Object.entries(workerBackends)
const load = (name: string, backend: Backend) =>
  createEmbedder({ model: checkpointUrl(name), backend, cache: false })

test('there are checkpoints to test', () => {
  expect(bareCheckpoints.length).toBeGreaterThan(15)
})

for (const name of bareCheckpoints) {
  const reference = await fetchReference(name)

  describe.each(backends)(`the checkpoint ${name} on %s`, (_, backend) => {
    let embedder: Embedder
    beforeAll(async () => {
      embedder = await load(name, backend)
    })
    afterAll(() => embedder.dispose())

    test(`${name} has the Rust tokenizers' ids and PyTorch's last_hidden_state`, async () => {
      expect(embedder.device).toBe('wasm')
      expectForward(await embedder.forward(reference.texts), reference)
    })

    test(`${name} has sentence-transformers' vectors with every pooling, and with normalize`, async () => {
      for (const [pooling, expected] of reference.pooled)
        expectVectors(await embedder.embed(reference.texts, { pooling }), expected)
      expectVectors(await embedder.embed(reference.texts, { normalize: true }), reference.normalizedMean)
    })

    test(`with ${name}, a text's vector does not depend on the other texts in the batch`, async () => {
      await expectIndependence(embedder, reference.texts, backend === engine ? 0 : undefined)
    })
  })
}

for (const name of ['sentence-transformers-new', 'sentence-transformers-old']) {
  const reference = await fetchSentenceReference(name)

  test.each(backends)(
    `the sentence model ${name} has SentenceTransformer.encode's vectors on %s`,
    async (_, backend) => {
      const embedder = await load(name, backend)
      const { none, query, document } = reference.embeddings
      expectVectors(await embedder.embed(reference.texts), none)
      expectVectors(await Promise.all(reference.texts.map((text) => embedder.embedQuery(text))), query)
      expectVectors(await embedder.embedDocuments(reference.texts), document)
      await embedder.dispose()
    },
  )
}
