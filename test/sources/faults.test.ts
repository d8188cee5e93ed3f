/** What happens when the network, or the server, does what it should not; docs/hub.md has the table. */

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fileCache } from '../../src/sources/cache/file-cache.node.js'
import { HttpStatusError, waitToRetry } from '../../src/sources/http/http.js'
import { hubSource } from '../../src/sources/hub/hub-source.js'
import type { OpenOptions } from '../../src/sources/model-source.js'
import { urlSource } from '../../src/sources/url.js'
import { commit, type FakeHub, pathOf, sendBytes, startHub } from '../support/hub-server.js'

const weights = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => i % 251))
const files = { 'config.json': new TextEncoder().encode('{}'), 'model.safetensors': weights }

let hub: FakeHub
let cacheDir: string
/** The headers of every request for a file. */
let asked: IncomingMessage['headers'][]

beforeEach(async () => {
  hub = await startHub({ 'owner/name': files })
  cacheDir = mkdtempSync(join(tmpdir(), 'bert-embed-faults-'))
  asked = []
})
afterEach(async () => {
  await hub.close()
  rmSync(cacheDir, { recursive: true })
})

const settings = (options = {}) => ({
  endpoint: hub.endpoint,
  cache: fileCache(cacheDir),
  retryDelayMs: 1,
  ...options,
})
const model = (options = {}) => hubSource('owner/name', settings(options))
const blobs = () => join(cacheDir, 'models--owner--name', 'blobs')
const snapshot = () => join(cacheDir, 'models--owner--name', 'snapshots', commit)

async function readWeights(options = {}, openOptions: OpenOptions = {}): Promise<Uint8Array> {
  const file = await model(options).open('model.safetensors', openOptions)
  return new Uint8Array(await file!.read(0, file!.byteLength))
}

/** Answers the requests for files, those below a URL too, one after the other in these ways; the last one for all further ones. */
function answerFiles(...answers: ((request: IncomingMessage, response: ServerResponse) => unknown)[]): void {
  hub.intercept = (request, response) => {
    if (pathOf(request).startsWith('/api/')) return false
    asked.push(request.headers)
    answers[Math.min(asked.length, answers.length) - 1]!(request, response)
    return true
  }
}

const send = (request: IncomingMessage, response: ServerResponse) => sendBytes(request, response, weights)
const status =
  (code: number, headers: Record<string, string> = {}) =>
  (_: unknown, response: ServerResponse) =>
    response.writeHead(code, headers).end()
/** Sends so many bytes from the start on, then cuts the connection, or leaves it silent. */
const sendPart =
  (count: number, { cut = true, etag = '' } = {}) =>
  (_: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'content-length': weights.byteLength, ...(etag && { etag }) })
    response.write(weights.subarray(0, count), () => cut && response.destroy())
  }
const silence = () => {}

describe('a server in trouble', () => {
  test.each([408, 429, 500, 502, 503, 504])('that answers %i is asked again', async (code) => {
    answerFiles(status(code), status(code), send)
    expect(weights.equals(await readWeights())).toBe(true)
    expect(asked).toHaveLength(3)
  })

  test('is given up after maxRetries, with the error HTTP_STATUS', async () => {
    answerFiles(status(503))
    await expect(readWeights({ maxRetries: 2 })).rejects.toMatchObject({ code: 'HTTP_STATUS', status: 503 })
    expect(asked).toHaveLength(3)
  })

  test('is not asked again at once when it wants to be left alone for an hour', async () => {
    answerFiles(status(429, { 'retry-after': '3600' }))
    await expect(readWeights()).rejects.toMatchObject({ code: 'HTTP_STATUS', retryAfterMs: 3_600_000 })
    expect(asked).toHaveLength(1)
  })

  test.each([400, 401, 403, 404, 410])('is not asked again after %i', async (code) => {
    answerFiles(status(code))
    await expect(readWeights()).rejects.toMatchObject({ status: code })
    expect(asked).toHaveLength(1)
  })

  test.each([
    ['7', 7000],
    ['Tue, 24 Nov 2026 10:00:09 GMT', 9000],
  ])('that says Retry-After: %s is left alone for %i ms', async (retryAfter, waitMs) => {
    vi.useFakeTimers({ now: new Date('2026-11-24T10:00:00Z') })
    try {
      const answer = new Response(null, { status: 429, headers: { 'retry-after': retryAfter } })
      let isOver = false
      const waiting = waitToRetry(new HttpStatusError(new URL('http://x/'), answer), 0, {})
      waiting.then(() => {
        isOver = true
      })
      await vi.advanceTimersByTimeAsync(waitMs - 1)
      expect(isOver).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
      expect(await waiting).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  test('does not keep a call that was aborted from ending', async () => {
    const controller = new AbortController()
    answerFiles((_, response) => {
      response.writeHead(503).end()
      setImmediate(() => controller.abort(new Error('enough')))
    })
    const reading = readWeights({ retryDelayMs: 1e9 }, { signal: controller.signal })
    await expect(reading).rejects.toThrow('enough')
  })
})

describe('a server that falls silent', () => {
  test('before its answer is an error NETWORK after timeoutMs', async () => {
    answerFiles(silence)
    await expect(readWeights({ timeoutMs: 20, maxRetries: 1 })).rejects.toMatchObject({ code: 'NETWORK' })
    expect(asked).toHaveLength(2)
  })

  test('in mid-file is asked for the rest', async () => {
    answerFiles(sendPart(100_000, { cut: false }), send)
    expect(weights.equals(await readWeights({ timeoutMs: 500 }))).toBe(true)
    expect(asked[1]!.range).toBe('bytes=100000-')
  })

  test('while it lists the files is an error NETWORK', async () => {
    hub.intercept = (_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('{')
      return true
    }
    await expect(readWeights({ timeoutMs: 20, maxRetries: 0 })).rejects.toMatchObject({ code: 'NETWORK' })
  })
})

describe('a download that is cut', () => {
  test.each([
    ['on disk', () => ({})],
    ['in memory', () => ({ cache: undefined })],
  ])('goes on where it was, %s', async (_, options) => {
    answerFiles(sendPart(1000), sendPart(0), send)
    const loaded: number[] = []
    const onProgress = ({ loadedBytes }: { loadedBytes: number }) => loaded.push(loadedBytes)
    expect(weights.equals(await readWeights(options(), { onProgress }))).toBe(true)
    expect(asked.map(({ range }) => range)).toEqual([undefined, 'bytes=1000-', 'bytes=1000-'])
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b))
    expect(loaded.at(-1)).toBe(weights.byteLength)
  })

  test('goes on with a server that knows no ranges, or says 416', async () => {
    const all = ({ headers: { range: _, ...headers } }: IncomingMessage, response: ServerResponse) =>
      sendBytes({ headers } as IncomingMessage, response, weights)
    answerFiles(sendPart(1000), all)
    expect(weights.equals(await readWeights({ cache: undefined }))).toBe(true)
    asked = []
    answerFiles(sendPart(1000), status(416), all)
    expect(weights.equals(await readWeights({ cache: undefined }))).toBe(true)
    expect(asked).toHaveLength(3)
  })

  test('with a server that sends other bytes than asked for is an error DAMAGED_DOWNLOAD', async () => {
    answerFiles(sendPart(1000), (_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 2000-299999/300000', 'content-length': 298_000 })
      response.end(weights.subarray(2000))
    })
    await expect(readWeights()).rejects.toMatchObject({ code: 'DAMAGED_DOWNLOAD' })
  })

  test('again and again is an error NETWORK, and the next call asks for the rest only', async () => {
    answerFiles(sendPart(1000), sendPart(0))
    await expect(readWeights()).rejects.toMatchObject({ code: 'NETWORK' })
    expect(asked).toHaveLength(5)
    expect(existsSync(snapshot())).toBe(false)
    asked = []
    answerFiles(send)
    expect(weights.equals(await readWeights())).toBe(true)
    expect(asked[0]!.range).toBe('bytes=1000-')
    expect(readdirSync(blobs()).filter((name) => name.includes('incomplete'))).toEqual([])
  })

  test('below a base URL goes on as long as the file is of the same version', async () => {
    const read = async () => {
      const file = await urlSource(`${hub.endpoint}/files`, { retryDelayMs: 1 }).open('weights')
      return new Uint8Array(await file!.read(0, file!.byteLength))
    }
    const sendAs = (etag: string) => (request: IncomingMessage, response: ServerResponse) => {
      response.setHeader('etag', etag)
      send(request, response)
    }
    answerFiles(sendPart(1000, { etag: '"1"' }), sendAs('"1"'))
    expect(weights.equals(await read())).toBe(true)
    asked = []
    answerFiles(sendPart(1000, { etag: '"1"' }), sendAs('"2"'))
    await expect(read()).rejects.toMatchObject({ code: 'DAMAGED_DOWNLOAD' })
    asked = []
    answerFiles(sendPart(1000), send)
    await expect(read()).rejects.toMatchObject({ code: 'NETWORK' })
    expect(asked).toHaveLength(1)
  })
})

describe('a file that is not what the Hub says', () => {
  const other = Buffer.from(weights).reverse()

  test.each([
    ['other bytes of the same length', (request, response) => sendBytes(request, response, other)],
    ['fewer bytes', (request, response) => sendBytes(request, response, weights.subarray(1))],
    ['more bytes', (_, response) => response.end(Buffer.concat([weights, weights]))],
    ['a page that claims to be a file', (_, response) => response.end('<html>Sign in</html>')],
  ] as [string, (request: IncomingMessage, response: ServerResponse) => void][])(
    'because %s came is an error, and nothing is kept',
    async (_, answer) => {
      answerFiles(answer)
      const code = expect.stringMatching(/^(?:DAMAGED_DOWNLOAD|NETWORK)$/)
      await expect(readWeights({ maxRetries: 1 })).rejects.toMatchObject({ code })
      expect(existsSync(snapshot())).toBe(false)
      answerFiles(send)
      expect(weights.equals(await readWeights())).toBe(true)
    },
  )

  test('is found out while something is made of it, too', async () => {
    answerFiles((request, response) => sendBytes(request, response, other))
    const derivation = {
      name: 'copy',
      accept: async () => true,
      make: async (original: {
        byteLength: number
        read(start: number, end: number): Promise<Uint8Array>
      }) => ({
        byteLength: original.byteLength,
        chunks: (async function* () {
          yield await original.read(0, original.byteLength)
        })(),
      }),
    }
    const deriving = model().derive!('model.safetensors', derivation)
    await expect(deriving).rejects.toMatchObject({ code: 'DAMAGED_DOWNLOAD' })
  })

  test('because what was left of a cut download is damaged is downloaded whole', async () => {
    answerFiles(sendPart(1000), sendPart(0))
    await expect(readWeights({ maxRetries: 0 })).rejects.toMatchObject({ code: 'NETWORK' })
    const [partial] = readdirSync(blobs())
    writeFileSync(join(blobs(), partial!), new Uint8Array(2000))
    asked = []
    answerFiles(send)
    expect(weights.equals(await readWeights())).toBe(true)
    expect(asked.map(({ range }) => range)).toEqual(['bytes=2000-', undefined])
  })
})

describe('who may read what', () => {
  test('the token does not follow a redirect to another host', async () => {
    await using storage = await startHub({ 'owner/name': files })
    const tokens: unknown[] = []
    storage.intercept = (request) => {
      tokens.push(request.headers.authorization)
      return false
    }
    answerFiles((_, response) =>
      response.writeHead(302, { location: `${storage.endpoint}/files/model.safetensors` }).end(),
    )
    expect(weights.equals(await readWeights({ token: 'hf_secret' }))).toBe(true)
    expect(asked[0]!.authorization).toBe('Bearer hf_secret')
    expect(tokens).toEqual([undefined])
  })

  test.each([false, ''] as const)('no token is sent for %j', async (token) => {
    answerFiles(send)
    await readWeights({ token })
    expect(asked[0]!.authorization).toBeUndefined()
  })

  test.each([
    [403, 'GatedRepo', 'Accept its conditions'],
    [401, 'RepoNotFound', 'token that may read it'],
  ])('%i %s is an error UNAUTHORIZED that says what to do', async (code, reason, advice) => {
    answerFiles(status(code, { 'x-error-code': reason, 'x-error-message': 'Access is restricted.' }))
    await expect(readWeights()).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining(advice),
    })
  })

  test.each([
    ['User Access Token "laptop" is expired', {}],
    ['Invalid credentials in Authorization header', {}],
    ['Invalid username or password.', { 'x-error-code': 'Unauthorized' }],
  ])('a token of which the Hub says %j is what the error speaks of', async (reason, headers) => {
    hub.intercept = (_, response) => {
      response.writeHead(401, { 'x-error-message': reason, ...headers }).end()
      return true
    }
    const error = await readWeights({ token: 'hf_old' }).catch((error: unknown) => error)
    expect(error).toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringMatching(/Use a token that is valid.*token: false/),
    })
    expect(error).toMatchObject({ message: expect.stringContaining(reason) })
    expect(error).not.toMatchObject({ message: expect.stringContaining('does not exist') })
  })

  test('what no token changes is told without advice', async () => {
    const reason = 'Access to this resource is disabled.'
    answerFiles(status(403, { 'x-error-code': 'DisabledRepo', 'x-error-message': reason }))
    await expect(readWeights()).rejects.toMatchObject({ message: expect.stringMatching(/disabled\.\)\.$/) })
  })

  test('no name leaves the cache, whatever the Hub lists', async () => {
    hub.intercept = (request, response) => {
      if (!pathOf(request).startsWith('/api/')) return false
      const siblings = [{ rfilename: '../../../escaped', size: 1 }]
      response.end(JSON.stringify({ sha: commit, siblings }))
      return true
    }
    await expect(model().open('../../../escaped')).rejects.toMatchObject({ code: 'READ_FAILED' })
    expect(existsSync(join(cacheDir, '..', 'escaped'))).toBe(false)
  })

  test('an endpoint that is no URL is an error INVALID_OPTION', () => {
    expect(() => model({ endpoint: 'mirror' })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
  })
})

test('at most four files are downloaded at once', async () => {
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.bin`, weights.subarray(i)]))
  await using server = await startHub({ 'owner/name': many })
  let open = 0
  let most = 0
  server.intercept = (request, response) => {
    if (pathOf(request).startsWith('/api/')) return false
    most = Math.max(most, ++open)
    response.on('close', () => open--)
    return false
  }
  const source = model({ endpoint: server.endpoint })
  await Promise.all(Object.keys(many).map((path) => source.open(path)))
  expect(most).toBeLessThanOrEqual(4)
})
