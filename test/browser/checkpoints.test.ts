import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { webBackend } from '../../src/backends/ort.web.js'
import { createEmbedder } from '../../src/create-embedder.web.js'
import type { Embedder } from '../../src/embedder.js'
import { largestDifference, tolerance } from '../support/reference.js'
import {
  bareCheckpoints,
  checkpointUrl,
  fetchReference,
  fetchSentenceReference,
  startWorker,
} from './models.js'

/** As in Node: sums over runs of other lengths differ in the last places only. */
const batchTolerance = 1e-6

const load = (name: string) =>
  createEmbedder({ model: checkpointUrl(name), backend: webBackend({ worker: startWorker }), cache: false })

test('there are checkpoints to test', () => {
  expect(bareCheckpoints.length).toBeGreaterThan(15)
})

for (const name of bareCheckpoints) {
  const reference = await fetchReference(name)

  describe(`the checkpoint ${name}`, () => {
    let embedder: Embedder
    beforeAll(async () => {
      embedder = await load(name)
    })
    afterAll(() => embedder.dispose())

    test("has the Rust tokenizers' ids and PyTorch's last_hidden_state", async () => {
      expect(embedder.device).toBe('wasm')
      const { inputIds, lastHiddenState } = await embedder.forward(reference.texts)
      const [batch, tokens, hidden] = lastHiddenState.shape as [number, number, number]
      expect([batch, hidden]).toEqual([reference.texts.length, reference.hidden])
      reference.inputIds.forEach((ids, text) => {
        expect([...inputIds.data.subarray(text * tokens, text * tokens + ids.length)]).toEqual(ids)
      })
      reference.lastHiddenState.forEach((expected, text) => {
        const start = text * tokens * hidden
        const actual = lastHiddenState.data.subarray(start, start + expected.length)
        expect(largestDifference(actual, expected)).toBeLessThan(tolerance)
      })
    })

    test("has sentence-transformers' vectors with every pooling, and normalised", async () => {
      for (const [pooling, expected] of reference.pooled) {
        const vectors = await embedder.embed(reference.texts, { pooling })
        vectors.forEach((vector, text) => {
          expect(largestDifference(vector, expected[text]!), pooling).toBeLessThan(tolerance)
        })
      }
      const normalized = await embedder.embed(reference.texts, { normalize: true })
      normalized.forEach((vector, text) => {
        expect(largestDifference(vector, reference.normalizedMean[text]!)).toBeLessThan(tolerance)
      })
    })

    test("a text's vector does not depend on the texts beside it", async () => {
      const together = await embedder.embed(reference.texts)
      for (const [index, text] of reference.texts.entries()) {
        const alone = await embedder.embed(text)
        expect(largestDifference(alone, together[index]!)).toBeLessThan(batchTolerance)
      }
    })
  })
}

for (const name of ['sentence-transformers-new', 'sentence-transformers-old']) {
  const reference = await fetchSentenceReference(name)

  test(`the sentence model ${name} gives what SentenceTransformer.encode gives`, async () => {
    const embedder = await load(name)
    const { none, query, document } = reference.embeddings
    const vectors = await embedder.embed(reference.texts)
    const queries = await Promise.all(reference.texts.map((text) => embedder.embedQuery(text)))
    const documents = await embedder.embedDocuments(reference.texts)
    for (const index of reference.texts.keys()) {
      expect(largestDifference(vectors[index]!, none[index]!)).toBeLessThan(tolerance)
      expect(largestDifference(queries[index]!, query[index]!)).toBeLessThan(tolerance)
      expect(largestDifference(documents[index]!, document[index]!)).toBeLessThan(tolerance)
    }
    await embedder.dispose()
  })
}
