import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { commands } from 'vitest/browser'
import { browserCache } from '../../src/sources/cache/browser-cache.web.js'
import { hubSource } from '../../src/sources/hub/hub-source.js'
import { urlSource } from '../../src/sources/url.js'
import { startHub } from './hub.js'

const name = 'bert-embed-test'
const weights = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251)
let endpoint: string
beforeEach(async () => {
  endpoint = await startHub({ 'config.json': new TextEncoder().encode('{}'), 'model.safetensors': weights })
})
afterEach(async () => {
  await caches.delete(name)
})
afterAll(() => commands.closeHubs())

const source = (options = {}) =>
  hubSource('owner/name', { endpoint, cache: browserCache({ name }), retryDelayMs: 1, ...options })

async function keptFiles(): Promise<string[]> {
  const requests = await (await caches.open(name)).keys()
  return requests.map(({ url }) => url).filter((url) => url.includes('/files/'))
}

async function readAll(options = {}): Promise<Uint8Array> {
  const file = await source(options).open('model.safetensors')
  return file!.read(0, file!.byteLength)
}

describe('the browser cache', () => {
  test('the browser cache stores a download, so that the next visit requests only the commit', async () => {
    expect(await readAll()).toEqual(weights)
    await commands.takeHubRequests(endpoint)
    expect(await readAll()).toEqual(weights)
    expect(await commands.takeHubRequests(endpoint)).toEqual(['/api/models/owner/name/revision/main'])
  })

  test('the browser cache returns its files without a network, and with offline', async () => {
    await readAll()
    await commands.breakHub(endpoint, 'gone')
    expect(await readAll()).toEqual(weights)
    expect(await readAll({ offline: true })).toEqual(weights)
    await expect(source({ endpoint: 'http://127.0.0.1:9', revision: 'v2' }).open('x')).rejects.toMatchObject({
      code: 'NETWORK',
    })
  })

  test('the browser cache returns a file as a Blob, which needs no memory until it is read', async () => {
    for (let visit = 0; visit < 2; visit++)
      expect((await source().open('model.safetensors'))!.content.type).toBe('blob')
  })

  test('the browser cache stores nothing of an interrupted download, and all of the next one', async () => {
    await commands.breakHub(endpoint, 'break')
    await expect(source().open('model.safetensors')).rejects.toMatchObject({ code: 'NETWORK' })
    expect(await keptFiles()).toEqual([])
    await commands.breakHub(endpoint, 'none')
    expect(await readAll()).toEqual(weights)
    expect(await keptFiles()).toHaveLength(1)
  })

  test('the browser cache stores nothing of an aborted download', async () => {
    await commands.breakHub(endpoint, 'stall')
    const controller = new AbortController()
    const open = source().open('model.safetensors', {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await expect(open).rejects.toThrow('enough')
    expect(await keptFiles()).toEqual([])
  })

  test('the browser cache stays correct when several sources write to it at once', async () => {
    const copies = await Promise.all(Array.from({ length: 8 }, () => readAll()))
    for (const copy of copies) expect(copy).toEqual(weights)
    expect(await keptFiles()).toHaveLength(1)
    expect(await readAll({ offline: true })).toEqual(weights)
  })

  test('the browser cache returns the old file of a base URL when the download of a new one is interrupted', async () => {
    const open = () =>
      urlSource(`${endpoint}/files/`, { cache: browserCache({ name }), retryDelayMs: 1 }).open(
        'model.safetensors',
      )
    await open()
    await commands.breakHub(endpoint, 'break')
    const file = await open()
    expect(await file!.read(0, file!.byteLength)).toEqual(weights)
    expect(await keptFiles()).toHaveLength(1)
  })
})

describe('a browser without storage left', () => {
  afterEach(() => commands.limitStorage(-1))

  test('a browser without storage left is an error CACHE_FAILED, and the cache stays correct', async () => {
    await source().open('config.json')
    await commands.limitStorage(20_000)
    await expect(source().open('model.safetensors')).rejects.toMatchObject({ code: 'CACHE_FAILED' })
    expect(await source({ offline: true }).open('config.json')).toMatchObject({ byteLength: 2 })
    expect(await keptFiles()).toHaveLength(1)
    await commands.limitStorage(-1)
    expect(await readAll()).toEqual(weights)
  })

  test('a browser without storage left can still load a model with cache: false', async () => {
    await commands.limitStorage(20_000)
    expect(await readAll({ cache: undefined })).toEqual(weights)
  })
})

describe('a cache whose write fails', () => {
  test.each(['put', 'open'] as const)(
    'a cache that fails in %s is an error CACHE_FAILED with its cause',
    async (method) => {
      const quotaExceeded = new DOMException('full', 'QuotaExceededError')
      const refuse = () => Promise.reject(quotaExceeded)
      const empty = { match: async () => undefined, put: refuse }
      const failing = { open: method === 'open' ? refuse : async () => empty }
      const cache = browserCache({ name, caches: failing as unknown as CacheStorage })
      const store = cache.store({ model: 'owner/name', version: '1', path: 'x' }, async function* () {
        yield weights
      })
      await expect(store).rejects.toMatchObject({ code: 'CACHE_FAILED', cause: quotaExceeded })
    },
  )
})
