import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileCache } from '../../src/sources/cache/file-cache.node.js'
import { hubSource } from '../../src/sources/hub/hub-source.js'
import { isHubName } from '../../src/sources/hub/open-hub.js'
import type { DownloadProgress } from '../../src/sources/model-source.js'
import { urlSource } from '../../src/sources/url.js'
import { commit, type FakeHub, startHub } from '../support/hub-server.js'

const weights = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251)
const files = { 'config.json': new TextEncoder().encode('{}'), 'model.safetensors': weights }

/** Content types of web pages. */
const pageTypes = [
  'text/html',
  'text/html; charset=utf-8',
  'Text/HTML',
  'TEXT/HTML;charset=UTF-8',
  'text/html,text/html',
  'application/xhtml+xml',
  'Application/XHTML+XML; charset=utf-8',
]

let hub: FakeHub
let cacheDir: string
beforeEach(async () => {
  hub = await startHub({ 'owner/name': files })
  cacheDir = mkdtempSync(join(tmpdir(), 'bert-embed-cache-'))
})
afterEach(async () => {
  await hub.close()
  rmSync(cacheDir, { recursive: true })
})

const source = (options = {}) =>
  hubSource('owner/name', {
    endpoint: hub.endpoint,
    cache: fileCache(cacheDir),
    retryDelayMs: 1,
    ...options,
  })
const snapshot = () => join(cacheDir, 'models--owner--name', 'snapshots', commit)

describe('a Hub model', () => {
  test('a Hub model is downloaded once, into the layout of the Hugging Face cache', async () => {
    await source().open('model.safetensors')
    expect(readFileSync(join(cacheDir, 'models--owner--name', 'refs', 'main'), 'utf8')).toBe(commit)
    expect(readFileSync(join(snapshot(), 'model.safetensors')).equals(weights)).toBe(true)

    hub.requests.length = 0
    const file = await source().open('model.safetensors')
    expect(file!.content).toEqual({ type: 'path', path: expect.stringContaining('blobs') })
    expect(hub.requests).toEqual(['/api/models/owner/name/revision/main'])
  })

  test('a file that the Hub does not list is not requested', async () => {
    expect(await source().open('modules.json')).toBeUndefined()
    expect(hub.requests).toEqual(['/api/models/owner/name/revision/main'])
  })

  test('a download reports its progress', async () => {
    const events: DownloadProgress[] = []
    await source().open('model.safetensors', { onProgress: (event) => events.push(event) })
    expect(events.at(-1)).toEqual({
      type: 'download',
      file: 'model.safetensors',
      loadedBytes: weights.byteLength,
      totalBytes: weights.byteLength,
      bytesPerSecond: expect.toSatisfy((rate: number) => rate > 0),
    })
  })

  test('the token is sent with each request', async () => {
    const tokens: (string | undefined)[] = []
    hub.intercept = (request) => {
      tokens.push(request.headers.authorization)
      return false
    }
    await source({ token: 'hf_secret' }).open('config.json')
    expect(tokens).toEqual(['Bearer hf_secret', 'Bearer hf_secret'])
  })

  test('cached files work without a network', async () => {
    await source().open('config.json')
    await hub.close()
    expect(await source().open('config.json')).toMatchObject({ byteLength: 2 })
  })

  test('offline sends no requests, and a file that is not cached is an error OFFLINE', async () => {
    await expect(source({ offline: true }).open('config.json')).rejects.toMatchObject({ code: 'OFFLINE' })
    expect(hub.requests).toEqual([])
  })

  test.each(['', '../up', 'a/b/c', 'a b', 'owner/', '/etc', '.', 'owner/..'])(
    '%j is not a name of a Hub model',
    (name) => {
      expect(() => hubSource(name)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
      expect(isHubName(name)).toBe(false)
    },
  )
})

describe('a name without an owner', () => {
  const message = expect.stringContaining('"sentence-transformers/all-MiniLM-L6-v2"')
  const open = (options = {}) =>
    hubSource('all-MiniLM-L6-v2', { endpoint: hub.endpoint, ...options }).open('x')

  test.each([
    [401, { 'x-error-code': 'RepoNotFound', 'x-error-message': 'Repository not found' }, 'UNAUTHORIZED'],
    [401, {}, 'UNAUTHORIZED'],
    [404, { 'x-error-code': 'RepoNotFound' }, 'MODEL_NOT_FOUND'],
  ])('the error for status %i %j suggests an owner if the name has none', async (status, headers, code) => {
    hub.intercept = (_, response) => {
      response.writeHead(status, headers as Record<string, string>).end()
      return true
    }
    await expect(open()).rejects.toMatchObject({ code, message })
    const withOwner = source().open('config.json')
    await expect(withOwner).rejects.not.toMatchObject({ message: expect.stringContaining('owner in') })
  })

  test('the error of offline suggests an owner if the name has none', async () => {
    const options = { cache: fileCache(cacheDir), offline: true }
    await expect(open(options)).rejects.toMatchObject({ code: 'OFFLINE', message })
  })
})

describe('a failing download', () => {
  const isFile = (url: string | undefined) => url?.includes('/resolve/') === true

  test.each([
    [401, 'UNAUTHORIZED'],
    [403, 'UNAUTHORIZED'],
    [404, 'MODEL_NOT_FOUND'],
    [429, 'HTTP_STATUS'],
    [500, 'HTTP_STATUS'],
  ])('status %i is an error %s, and the next call tries again', async (status, code) => {
    const model = source()
    hub.intercept = (_, response) => {
      response.writeHead(status).end()
      return true
    }
    await expect(model.open('config.json')).rejects.toMatchObject({ code })
    hub.intercept = () => false
    expect(await model.open('config.json')).toMatchObject({ byteLength: 2 })
  })

  test('a server that cannot be reached is an error NETWORK', async () => {
    await hub.close()
    await expect(source().open('config.json')).rejects.toMatchObject({ code: 'NETWORK' })
  })

  test('a list of files that is not JSON, or not the JSON of the Hub, is an error HTTP_STATUS', async () => {
    for (const body of ['<html>', 'null', '{"sha": "main"}']) {
      hub.intercept = (_, response) => {
        response.end(body)
        return true
      }
      await expect(source().open('config.json')).rejects.toMatchObject({ code: 'HTTP_STATUS' })
    }
  })

  test.each(pageTypes)(
    'a web page with the type %s is an error HTTP_STATUS, and nothing is stored',
    async (type) => {
      hub.intercept = (request, response) => {
        if (!isFile(request.url)) return false
        response.writeHead(200, { 'content-type': type }).end('<html>Sign in</html>')
        return true
      }
      await expect(source().open('model.safetensors')).rejects.toMatchObject({ code: 'HTTP_STATUS' })
      expect(() => readdirSync(snapshot())).toThrow()
    },
  )

  test('a broken connection is an error NETWORK, and nothing is stored', async () => {
    hub.intercept = (request, response) => {
      if (!isFile(request.url)) return false
      response.writeHead(200, { 'content-length': weights.byteLength })
      response.write(weights.subarray(0, 1000), () => response.destroy())
      return true
    }
    await expect(source().open('model.safetensors')).rejects.toMatchObject({ code: 'NETWORK' })
    expect(() => readdirSync(snapshot())).toThrow()
    hub.intercept = () => false
    expect(await source().open('model.safetensors')).toMatchObject({ byteLength: weights.byteLength })
  })

  test("an aborted download rejects with the signal's reason, and nothing is stored", async () => {
    const controller = new AbortController()
    const onProgress = () => controller.abort(new Error('enough'))
    const open = source().open('model.safetensors', { signal: controller.signal, onProgress })
    await expect(open).rejects.toThrow('enough')
    expect(() => readdirSync(snapshot())).toThrow()
  })

  test('a cache that cannot be written is an error CACHE_FAILED', async () => {
    const file = join(cacheDir, 'file')
    writeFileSync(file, '')
    const open = source({ cache: fileCache(file) }).open('config.json')
    await expect(open).rejects.toMatchObject({ code: 'CACHE_FAILED' })
  })
})

describe('a base URL', () => {
  test.each(pageTypes)('a response with the type %s below a URL counts as a missing file', async (type) => {
    hub.intercept = (_, response) => {
      response.writeHead(200, { 'content-type': type }).end('<html>')
      return true
    }
    expect(await urlSource(`${hub.endpoint}/files/`).open('modules.json')).toBeUndefined()
  })

  test.each(['text/plain', 'application/octet-stream', ''])(
    'a response with the type %j below a URL is a file',
    async (type) => {
      hub.intercept = (_, response) => {
        response.writeHead(200, { 'content-type': type }).end('text')
        return true
      }
      expect(await urlSource(`${hub.endpoint}/files/`).open('vocab.txt')).toMatchObject({ byteLength: 4 })
    },
  )

  test('a file below a URL that ends too early is an error NETWORK', async () => {
    hub.intercept = (_, response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('12345', () => response.destroy())
      return true
    }
    await expect(urlSource(hub.endpoint).open('x')).rejects.toMatchObject({ code: 'NETWORK' })
  })
})
