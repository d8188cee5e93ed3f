import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { createEmbedder } from '../../src/create-embedder.node.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import type { ModelOptions } from '../../src/model-options.js'
import { fileCache } from '../../src/sources/cache/file-cache.node.js'
import { hubSource } from '../../src/sources/hub/hub-source.js'
import type { Derivation } from '../../src/sources/model-source.js'
import { urlSource } from '../../src/sources/url.js'
import { readFiles } from '../support/fixtures.js'
import { type FakeHub, pathOf, sendBytes, startHub } from '../support/hub-server.js'

let hub: FakeHub
let cacheDir: string
/** The file on the server, and its version. */
let served: { content: string; etag?: string; date?: string }
/** The statuses of its responses. */
let statuses: number[]

beforeEach(async () => {
  cacheDir = mkdtempSync(join(tmpdir(), 'bert-embed-url-'))
  served = { content: 'one', etag: '"1"' }
  statuses = []
  hub = await startHub({ model: {} })
  hub.intercept = ({ headers }, response) => {
    const { content, etag, date } = served
    const isKnown = etag
      ? headers['if-none-match'] === etag
      : date !== undefined && headers['if-modified-since'] === date
    statuses.push(isKnown ? 304 : 200)
    response.writeHead(isKnown ? 304 : 200, { ...(etag && { etag }), ...(date && { 'last-modified': date }) })
    response.end(isKnown ? undefined : content)
    return true
  }
})
afterEach(async () => {
  await hub.close()
  rmSync(cacheDir, { recursive: true })
})

const nothing: Derivation = {
  name: 'nothing',
  make: async () => ({ byteLength: 0, chunks: (async function* () {})() }),
  accept: async () => true,
}

async function read(options = {}): Promise<string | undefined> {
  const source = urlSource(`${hub.endpoint}/files`, {
    cache: fileCache(cacheDir),
    retryDelayMs: 1,
    ...options,
  })
  const file = await source.open('config.json')
  return file && new TextDecoder().decode(await file.read(0, file.byteLength))
}

describe('a base URL with a cache', () => {
  test('a file below a URL is downloaded once, and again after it has changed', async () => {
    expect([await read(), await read()]).toEqual(['one', 'one'])
    served = { content: 'two', etag: '"2"' }
    expect([await read(), await read()]).toEqual(['two', 'two'])
    expect(statuses).toEqual([200, 304, 200, 304])
  })

  test('a file without an ETag is identified by its last-modified date', async () => {
    served = { content: 'one', date: 'Tue, 24 Nov 2026 10:00:00 GMT' }
    expect([await read(), await read()]).toEqual(['one', 'one'])
    expect(statuses).toEqual([200, 304])
  })

  test('a server that refuses conditional requests gets plain ones, and only changed files are downloaded', async () => {
    const answer = hub.intercept!
    hub.intercept = (request, response) => {
      // A browser does this if the other origin does not allow the header.
      if (!request.headers['if-none-match']) return answer(request, response)
      request.socket.destroy()
      return true
    }
    expect([await read(), await read()]).toEqual(['one', 'one'])
    served = { content: 'changed behind the same version', etag: '"1"' }
    expect(await read()).toBe('one')
    served = { content: 'two', etag: '"2"' }
    expect([await read(), await read()]).toEqual(['two', 'two'])
  })

  test('a file without an ETag and a date is not stored', async () => {
    served = { content: 'one' }
    expect([await read(), await read()]).toEqual(['one', 'one'])
    expect(statuses).toEqual([200, 200])
  })

  test('cached files work without a network, and offline sends no requests', async () => {
    await expect(read({ offline: true })).rejects.toMatchObject({ code: 'OFFLINE' })
    await read()
    expect(await read({ offline: true })).toBe('one')
    expect(statuses).toEqual([200])
    await hub.close()
    expect(await read()).toBe('one')
    await expect(read({ cache: undefined })).rejects.toMatchObject({ code: 'NETWORK' })
  })

  test('a missing file is remembered without a network, and found once the server has it', async () => {
    const answer = hub.intercept
    hub.intercept = (_, response) => {
      response.writeHead(404).end()
      return true
    }
    expect(await read()).toBeUndefined()
    const { endpoint } = hub
    await hub.close()
    const source = urlSource(`${endpoint}/files`, { cache: fileCache(cacheDir), retryDelayMs: 1 })
    expect(await source.open('config.json')).toBeUndefined()
    await expect(source.open('never-asked-for.json')).rejects.toMatchObject({ code: 'NETWORK' })

    hub = await startHub({ model: {} })
    hub.intercept = answer
    expect(await read()).toBe('one')
  })

  test('an ETag may contain characters that file names cannot', async () => {
    served = { content: 'one', etag: 'W/"../../x"' }
    expect([await read(), await read()]).toEqual(['one', 'one'])
    expect(statuses).toEqual([200, 304])
  })
})

describe('a base URL with a query', () => {
  const secret = 'a%2Bb%2F%3D'
  const query = `?sv=2026&sig=${secret}`
  /** The requested paths, in order. */
  let asked: (string | undefined)[]

  type Answer = (request: IncomingMessage, response: ServerResponse) => unknown
  /** Answers the first request with the first answer, and so on. The last answer serves all further requests. */
  function answerWith(...answers: Answer[]): void {
    asked = []
    hub.intercept = (request, response) => {
      asked.push(request.url)
      answers[Math.min(asked.length, answers.length) - 1]!(request, response)
      return true
    }
  }
  const status =
    (code: number, headers: Record<string, string> = {}): Answer =>
    (_, response) =>
      response.writeHead(code, headers).end()
  const bytes = new Uint8Array(1000)
  const send: Answer = (request, response) => sendBytes(request, response.setHeader('etag', '"1"'), bytes)
  const sendHalf: Answer = (_, response) => {
    response.writeHead(200, { 'content-length': 1000, etag: '"1"' })
    response.write(bytes.subarray(500), () => response.destroy())
  }

  const source = (options = {}) =>
    urlSource(`${hub.endpoint}/files${query}#top`, { maxRetries: 1, retryDelayMs: 1, ...options })

  /** Returns the error. Checks that a console would not show the secret anywhere in it. */
  async function failureOf(work: Promise<unknown>): Promise<unknown> {
    const error = await work.then(
      () => undefined,
      (error: unknown) => error,
    )
    const shown = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })
    expect(shown).not.toContain(secret)
    expect(shown).not.toContain(decodeURIComponent(secret))
    return error
  }

  test('the query is sent with each request, also with retries and ranges', async () => {
    answerWith(status(503), sendHalf, send)
    const file = await source().open('1_Pooling/config.json')
    expect(file!.byteLength).toBe(1000)
    expect(asked).toEqual(Array(3).fill(`/files/1_Pooling/config.json${query}`))
    await source().derive!('odd name?#%.txt', nothing)
    expect(asked.at(-1)).toBe(`/files/odd%20name%3F%23%25.txt${query}`)
  })

  test('the names in the cache do not contain the query, so that another signature finds the files', async () => {
    const options = { cache: fileCache(cacheDir) }
    answerWith(send)
    await source(options).open('config.json')
    const names = readdirSync(cacheDir, { recursive: true, encoding: 'utf8' }).join()
    expect(names).toContain('config.json')
    expect(decodeURIComponent(names)).not.toMatch(/sig|sv=/)
    expect(source().name).toBe(`${hub.endpoint}/files/`)
    const renewed = urlSource(`${hub.endpoint}/files/?sig=other`, { ...options, offline: true })
    expect(await renewed.open('config.json')).toMatchObject({ byteLength: 1000 })
  })

  test.each([
    ['UNAUTHORIZED', [status(403), status(404)]],
    ['UNAUTHORIZED', [status(401, { 'x-error-message': `no /files/x${query} here` }), status(404)]],
    ['HTTP_STATUS', [status(500)]],
    ['NETWORK', [sendHalf]],
    ['DAMAGED_DOWNLOAD', [sendHalf, status(206, { etag: '"1"', 'content-range': 'bytes 900-999/1000' })]],
    ['DAMAGED_DOWNLOAD', [sendHalf, status(200, { etag: '"2"' })]],
    ['HTTP_STATUS', [sendHalf, status(200, { etag: '"1"', 'content-type': 'text/html' })]],
    ['HTTP_STATUS', [sendHalf, status(404)]],
    ['NETWORK', [(request) => request.socket.destroy()]],
    ['NETWORK', [(request, response) => response.writeHead(302, { location: request.url! }).end()]],
    ['NETWORK', [(_, response) => response.writeHead(302, { location: `http://[${query}` }).end()]],
  ] as [string, Answer[]][])('the query is not in an error %s', async (code, answers) => {
    answerWith(...answers)
    expect(await failureOf(source().open('config.json'))).toMatchObject({ code })
  })

  test('the query is not in errors of fetch, of file names, of offline, and of the URL itself', async () => {
    const fetch = async (url: unknown) => {
      throw Object.assign(new Error(`GET ${url} failed`, { cause: new Error(`${url}`) }), { url })
    }
    expect(await failureOf(source({ fetch }).open('x'))).toMatchObject({ code: 'NETWORK' })
    expect(await failureOf(source().open('../x'))).toMatchObject({ code: 'READ_FAILED' })
    expect(await failureOf(source({ offline: true }).open('x'))).toMatchObject({ code: 'OFFLINE' })
    for (const url of [`nowhere${query}`, `https://${query}`, `https://user:${secret}@example.org/`])
      expect(await failureOf(Promise.resolve().then(() => urlSource(url)))).toMatchObject({
        code: 'INVALID_OPTION',
      })
  })

  test('the query is not sent after a redirect, and the signature of the target is not in the error', async () => {
    await using storage = await startHub({ model: {} })
    const target = `${storage.endpoint}/stored?signature=${secret}`
    const urls: (string | undefined)[] = []
    storage.intercept = ({ url }, response) => {
      urls.push(url)
      const isFirst = urls.length === 1
      response.writeHead(isFirst ? 200 : 206, {
        'content-length': 1000,
        etag: '"1"',
        ...(!isFirst && { 'content-range': 'bytes 700-1699/2000' }),
      })
      response.write(bytes.subarray(500), () => response.destroy())
      return true
    }
    answerWith(status(302, { location: target }))
    expect(await failureOf(source().open('config.json'))).toMatchObject({ code: 'DAMAGED_DOWNLOAD' })
    expect(urls).toEqual(Array(2).fill(`/stored?signature=${secret}`))
  })

  test('an endpoint with a query or a user is an error that does not reveal them', async () => {
    for (const endpoint of [`${hub.endpoint}${query}`, `https://user:${secret}@example.org`, query]) {
      const creating = Promise.resolve().then(() => hubSource('owner/name', { endpoint }))
      expect(await failureOf(creating)).toMatchObject({ code: 'INVALID_OPTION' })
    }
  })
})

describe('a server that refuses files that do not exist', () => {
  const files = { 'config.json': new TextEncoder().encode('{}') }

  /** Serves these files, and answers requests for all others with a status. */
  function serve(files: Readonly<Record<string, Uint8Array>>, statusOf: (path: string) => number): void {
    hub.intercept = (request, response) => {
      const path = pathOf(request).replace('/files/', '')
      const bytes = files[path]
      if (bytes) sendBytes(request, response.setHeader('etag', `"${path}"`), bytes)
      else response.writeHead(statusOf(path)).end()
      return true
    }
  }
  const source = (options = {}) => urlSource(`${hub.endpoint}/files/`, { retryDelayMs: 1, ...options })
  const failureOf = (work: Promise<unknown>) => work.catch((error: unknown) => error)

  test.each([400, 401, 403, 405, 410])(
    'a file refused with %i, like files that do not exist, counts as missing',
    async (status) => {
      serve(files, () => status)
      const model = source()
      expect(await model.open('modules.json')).toBeUndefined()
      expect(await model.open('config.json')).toMatchObject({ byteLength: 2 })
      expect(await model.derive!('1_Pooling/config.json', nothing)).toBeUndefined()
    },
  )

  test('the status of a file that does not exist is requested once', async () => {
    serve(files, () => 403)
    const model = source()
    for (const path of ['modules.json', 'config.json', 'vocab.txt']) await model.open(path)
    expect(hub.requests.filter((path) => path.includes('no-file'))).toHaveLength(1)
  })

  test.each([401, 403])(
    'a file refused with %i, unlike files that do not exist, is an error UNAUTHORIZED',
    async (status) => {
      for (const otherwise of [404, 410]) {
        serve(files, (path) => (path === 'modules.json' ? status : otherwise))
        await expect(source().open('modules.json')).rejects.toMatchObject({ code: 'UNAUTHORIZED', status })
      }
    },
  )

  test('an unavailable server is an error HTTP_STATUS', async () => {
    serve(files, (path) => (path === 'modules.json' ? 403 : 503))
    const opening = source({ maxRetries: 0 }).open('modules.json')
    await expect(opening).rejects.toMatchObject({ code: 'HTTP_STATUS', status: 503 })
  })

  test.each([
    [401, 'UNAUTHORIZED'],
    [403, 'UNAUTHORIZED'],
    [400, 'HTTP_STATUS'],
  ])(
    'a server that answers %i to all requests is an error %s that names both reasons',
    async (status, code) => {
      serve({}, () => status)
      const error = await failureOf(loadEmbedder(source(), nodeBackend()))
      expect(error).toMatchObject({ code, message: expect.stringMatching(/not there.*may not be read/) })
      expect(error).toMatchObject({ message: expect.stringContaining('config.json') })
    },
  )

  test('the error for a required file says that it may have been refused', async () => {
    const { 'model.safetensors': _, ...others } = readFiles('tiny-relu')
    serve(others, () => 403)
    expect(await failureOf(loadEmbedder(source(), nodeBackend()))).toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringMatching(/model\.safetensors.*answers 403.*may not be read/),
    })
  })

  test('a model on a server that refuses missing files loads, then loads without a network', async () => {
    serve(readFiles('tiny-relu'), () => 403)
    const cache = fileCache(cacheDir)
    for (const offline of [false, false, true])
      await (await loadEmbedder(source({ cache, offline }), nodeBackend())).dispose()
  })

  test('a refused file is not recorded as missing until the model has loaded', async () => {
    serve({}, () => 403)
    const cache = fileCache(cacheDir)
    expect(await source({ cache }).open('config.json')).toBeUndefined()
    await expect(source({ cache, offline: true }).open('config.json')).rejects.toMatchObject({
      code: 'OFFLINE',
    })
  })

  test('a refusal of a cached file is an error UNAUTHORIZED', async () => {
    serve(files, () => 403)
    const cache = fileCache(cacheDir)
    await source({ cache }).open('config.json')
    serve({}, () => 403)
    await expect(source({ cache }).open('config.json')).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})

describe('createEmbedder in Node with a model below a URL', () => {
  beforeEach(() => {
    hub.intercept = (request, response) => {
      const path = pathOf(request).replace('/files/', '')
      const bytes = readFiles('tiny-relu')[path]
      if (bytes) sendBytes(request, response.setHeader('etag', `"${path}"`), bytes)
      else response.writeHead(404).end()
      return true
    }
  })
  const load = async (options: ModelOptions) => {
    const model = `${hub.endpoint}/files/?sig=secret`
    await (await createEmbedder({ model, cacheDir, maxRetries: 0, ...options })).dispose()
  }

  test.each([{}, { dtype: 'q8' }] as const)(
    'a model below a URL is stored in cacheDir, with options %j',
    async (options) => {
      await load(options)
      await load({ ...options, offline: true })
      hub.intercept = (request) => request.socket.destroy() !== undefined
      await load(options)
      expect(readdirSync(cacheDir, { recursive: true }).join()).not.toContain('secret')
    },
  )

  test('a model below a URL is not stored with cache: false', async () => {
    await load({ cache: false })
    expect(readdirSync(cacheDir)).toEqual([])
  })

  test.each(['ftp://h/m/', 's3://bucket/m/', ' https://h/m/', 'https:h/m/'])(
    'the URL %o is an error INVALID_OPTION that does not contain the query',
    async (url) => {
      const error = await load({ model: `${url}?sig=secret` }).catch((error: unknown) => error)
      expect(error).toMatchObject({ code: 'INVALID_OPTION' })
      expect(inspect(error, { showHidden: true })).not.toContain('secret')
    },
  )

  test('HF_HUB_OFFLINE sends no requests for a model below a URL', async () => {
    vi.stubEnv('HF_HUB_OFFLINE', '1')
    await expect(load({})).rejects.toMatchObject({ code: 'OFFLINE' })
    expect(hub.requests).toEqual([])
    vi.unstubAllEnvs()
  })
})

test('a base URL that is not a URL is an error INVALID_OPTION', () => {
  expect(() => urlSource('http://')).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
})
