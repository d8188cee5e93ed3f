import { afterEach, expect, test } from 'vitest'
import { commands } from 'vitest/browser'
import { createEmbedder } from '../../src/create-embedder.web.js'
import { browserCache } from '../../src/sources/cache/browser-cache.web.js'
import { engine as backend, checkpointUrl } from './models.js'

const cacheName = 'bert-embed-packs'
const cache = browserCache({ name: cacheName })
const texts = ['the knight rode on', 'squire']

afterEach(async () => {
  await caches.delete(cacheName)
  await commands.closeHubs()
})

/** Returns the names and lengths of the files of weights in the cache. */
async function keptWeights(): Promise<[string, number][]> {
  const kept = await caches.open(cacheName)
  const keys = (await kept.keys()).filter(({ url }) => /\/files\/.*safetensors$/.test(url))
  return Promise.all(
    keys.map(async (key): Promise<[string, number]> => {
      const { size } = await (await kept.match(key))!.blob()
      return [decodeURIComponent(key.url.split('/').at(-1)!), size]
    }),
  )
}

test('a page downloads only the packed weights of the engine, and has the vectors of converting at load', async () => {
  const files = await commands.packCheckpoint('bert-small-untrained')
  const paths = Object.keys(files).filter((path) => path.startsWith('model.q8-rows.'))
  const endpoint = await commands.startModelHub(files)
  const model = `${endpoint}/files`

  const embedder = await createEmbedder({ model, backend, cache })
  const vectors = await embedder.embed(texts)
  expect(embedder.dtype).toBe('q8')
  await embedder.dispose()
  const requests = await commands.takeHubRequests(endpoint)
  expect(requests.filter((path) => path.endsWith('.safetensors'))).toEqual(
    paths.map((path) => `/files/${path}`),
  )
  expect(await keptWeights()).toEqual(paths.map((path) => [path, atob(files[path]!).length]))

  const again = await createEmbedder({ model, backend, cache })
  expect(await again.embed(texts)).toEqual(vectors)
  await again.dispose()
  const later = await commands.takeHubRequests(endpoint)
  expect(later.filter((path) => path.endsWith('.safetensors'))).toEqual([])

  const converted = await createEmbedder({
    model: checkpointUrl('bert-small-untrained'),
    backend,
    cache,
    dtype: 'q8',
  })
  expect(await converted.embed(texts)).toEqual(vectors)
  await converted.dispose()
})

test('a page keeps no damaged file: the next visit downloads it again', async () => {
  const files = await commands.packCheckpoint('tiny-relu')
  const path = Object.keys(files).find((name) => name.startsWith('model.q8-rows.'))!
  const bytes = Uint8Array.from(atob(files[path]!), (character) => character.charCodeAt(0))
  bytes[bytes.length - 100]! ^= 1
  const spoilt = btoa(String.fromCharCode(...bytes))
  const endpoint = await commands.startModelHub({ ...files, [path]: spoilt })
  const loading = createEmbedder({ model: `${endpoint}/files`, backend, cache })
  await expect(loading).rejects.toMatchObject({ code: 'DAMAGED_DOWNLOAD' })
  expect(await keptWeights()).toEqual([])
})
