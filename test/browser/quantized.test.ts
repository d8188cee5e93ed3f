import { afterEach, expect, test } from 'vitest'
import { createEmbedder } from '../../src/create-embedder.web.js'
import { browserCache } from '../../src/sources/cache/browser-cache.web.js'
import { cosineSimilarity } from '../../src/vectors/similarity.js'
import { checkpointUrl, engine, fetchReference } from './models.js'

const cacheName = 'bert-embed-quantized'
const cache = browserCache({ name: cacheName })
const backend = engine

afterEach(() => caches.delete(cacheName))

/** Returns the number of bytes in the cache. */
async function keptBytes(): Promise<number> {
  const kept = await caches.open(cacheName)
  const blobs = await Promise.all((await kept.keys()).map(async (key) => (await kept.match(key))!.blob()))
  return blobs.reduce((sum, blob) => sum + blob.size, 0)
}

test.each(['bert-small-untrained', 'tiny-bf16', 'tiny-sharded'])(
  "dtype q8 is close to PyTorch's vectors for %s, and a text has the same vector in every batch",
  async (name) => {
    const { texts, normalizedMean } = await fetchReference(name)
    const embedder = await createEmbedder({
      model: checkpointUrl(name),
      backend,
      cache,
      dtype: 'q8',
      normalize: true,
    })
    const vectors = await embedder.embed(texts)
    const cosines = vectors.map((vector, text) => cosineSimilarity(vector, normalizedMean[text]!))
    expect(Math.min(...cosines)).toBeGreaterThan(0.999)
    for (const [index, text] of texts.entries()) expect(await embedder.embed(text)).toEqual(vectors[index])
    await embedder.dispose()
  },
)

test('weights are quantised during the download, and only the small form is cached for use without a network', async () => {
  const model = checkpointUrl('bert-small-untrained')
  const embedder = await createEmbedder({ model, backend, cache, dtype: 'q8' })
  const vector = await embedder.embed('knight')
  await embedder.dispose()
  const original = await (await fetch(`${model}/model.safetensors`)).blob()
  expect(await keptBytes()).toBeLessThan(original.size / 2)

  const again = await createEmbedder({ model, backend, cache, dtype: 'q8', offline: true })
  expect(await again.embed('knight')).toEqual(vector)
  await again.dispose()
})

test('quantised weights are kept in memory if there is no cache', async () => {
  const model = checkpointUrl('tiny-relu')
  const embedder = await createEmbedder({ model, backend, cache: false, dtype: 'q8' })
  expect(await embedder.embed('knight')).toHaveLength(embedder.dimension)
  await embedder.dispose()
})
