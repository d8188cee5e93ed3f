/** The engine with small dtypes, for checkpoints of all architectures. */

import { expect, test } from 'vitest'
import { createEmbedder } from '../../src/create-embedder.node.js'
import { cosineSimilarity } from '../../src/vectors/similarity.js'
import { expectIndependence } from '../support/expectations.js'
import { checkpointPath, distinctCheckpoints, readReference } from '../support/fixtures.js'

test.each(distinctCheckpoints)(
  "the vectors of %s in fp16 and q8 are close to PyTorch's, and exact in every batch",
  async (name) => {
    const { texts, normalizedMean } = readReference(name)
    for (const [dtype, minCosine] of [
      ['fp16', 0.99999],
      ['q8', 0.9995],
    ] as const) {
      const embedder = await createEmbedder({
        model: checkpointPath(name),
        device: 'wasm',
        dtype,
        cache: false,
        normalize: true,
      })
      const vectors = await embedder.embed(texts)
      const cosines = vectors.map((vector, text) => cosineSimilarity(vector, normalizedMean[text]!))
      expect(Math.min(...cosines), dtype).toBeGreaterThan(minCosine)
      await expectIndependence(embedder, texts, 0)
      await embedder.dispose()
    }
  },
)
