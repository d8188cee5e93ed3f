/** Faults of the network and of servers. The table in docs/hub.md lists them. */

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
/** Headers of each request for a file. */
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

/**
 * Answers the first request for a file with the first answer, and so on. The last answer serves all further requests.
 */
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
/** Sends the first `count` bytes, then closes the connection, or sends nothing more if `cut` is false. */
const sendPart =
  (count: number, { cut = true, etag = '' } = {}) =>
  (_: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'content-length': weights.byteLength, ...(etag && { etag }) })
    response.write(weights.subarray(0, count), () => cut && response.destroy())
  }
const silence = () => {}

describe('a server with an error status', () => {
  test.each([408, 429, 500, 502, 503, 504])('a request is retried after status %i', async (code) => {
    answerFiles(status(code), status(code), send)
    expect(weights.equals(await readWeights())).toBe(true)
    expect(asked).toHaveLength(3)
  })

  test('a request fails with HTTP_STATUS after maxRetries retries', async () => {
    answerFiles(status(503))
    await expect(readWeights({ maxRetries: 2 })).rejects.toMatchObject({ code: 'HTTP_STATUS', status: 503 })
    expect(asked).toHaveLength(3)
  })

  test('a request is not retried if Retry-After asks for an hour', async () => {
    answerFiles(status(429, { 'retry-after': '3600' }))
    await expect(readWeights()).rejects.toMatchObject({ code: 'HTTP_STATUS', retryAfterMs: 3_600_000 })
    expect(asked).toHaveLength(1)
  })

  test.each([400, 401, 403, 404, 410])('a request is not retried after status %i', async (code) => {
    answerFiles(status(code))
    await expect(readWeights()).rejects.toMatchObject({ status: code })
    expect(asked).toHaveLength(1)
  })

  test.each([
    ['7', 7000],
    ['Tue, 24 Nov 2026 10:00:09 GMT', 9000],
  ])('a retry after Retry-After: %s waits for %i ms', async (retryAfter, waitMs) => {
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

  test('aborting a call ends its wait for a retry', async () => {
    const controller = new AbortController()
    answerFiles((_, response) => {
      response.writeHead(503).end()
      setImmediate(() => controller.abort(new Error('enough')))
    })
    const reading = readWeights({ retryDelayMs: 1e9 }, { signal: controller.signal })
    await expect(reading).rejects.toThrow('enough')
  })
})

describe('a server that stops sending', () => {
  test('a server that does not answer is an error NETWORK after timeoutMs', async () => {
    answerFiles(silence)
    await expect(readWeights({ timeoutMs: 20, maxRetries: 1 })).rejects.toMatchObject({ code: 'NETWORK' })
    expect(asked).toHaveLength(2)
  })

  test('a download without new data resumes after timeoutMs', async () => {
    answerFiles(sendPart(100_000, { cut: false }), send)
    expect(weights.equals(await readWeights({ timeoutMs: 500 }))).toBe(true)
    expect(asked[1]!.range).toBe('bytes=100000-')
  })

  test('a list of files that stops arriving is an error NETWORK', async () => {
    hub.intercept = (_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('{')
      return true
    }
    await expect(readWeights({ timeoutMs: 20, maxRetries: 0 })).rejects.toMatchObject({ code: 'NETWORK' })
  })
})

describe('an interrupted download', () => {
  test.each([
    ['on disk', () => ({})],
    ['in memory', () => ({ cache: undefined })],
  ])('an interrupted download resumes at the last byte, %s', async (_, options) => {
    answerFiles(sendPart(1000), sendPart(0), send)
    const loaded: number[] = []
    const onProgress = ({ loadedBytes }: { loadedBytes: number }) => loaded.push(loadedBytes)
    expect(weights.equals(await readWeights(options(), { onProgress }))).toBe(true)
    expect(asked.map(({ range }) => range)).toEqual([undefined, 'bytes=1000-', 'bytes=1000-'])
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b))
    expect(loaded.at(-1)).toBe(weights.byteLength)
  })

  test('an interrupted download is completed if the server ignores ranges or answers 416', async () => {
    const all = ({ headers: { range: _, ...headers } }: IncomingMessage, response: ServerResponse) =>
      sendBytes({ headers } as IncomingMessage, response, weights)
    answerFiles(sendPart(1000), all)
    expect(weights.equals(await readWeights({ cache: undefined }))).toBe(true)
    asked = []
    answerFiles(sendPart(1000), status(416), all)
    expect(weights.equals(await readWeights({ cache: undefined }))).toBe(true)
    expect(asked).toHaveLength(3)
  })

  test('a server that sends another range than requested is an error DAMAGED_DOWNLOAD', async () => {
    answerFiles(sendPart(1000), (_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 2000-299999/300000', 'content-length': 298_000 })
      response.end(weights.subarray(2000))
    })
    await expect(readWeights()).rejects.toMatchObject({ code: 'DAMAGED_DOWNLOAD' })
  })

  test('a download that keeps breaking off is an error NETWORK, and the next call requests the rest', async () => {
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

  test('an interrupted download from a base URL resumes only if the version is the same', async () => {
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

describe('a file that differs from the listing of the Hub', () => {
  const other = Buffer.from(weights).reverse()

  test.each([
    ['other bytes of the same length', (request, response) => sendBytes(request, response, other)],
    ['fewer bytes', (request, response) => sendBytes(request, response, weights.subarray(1))],
    ['more bytes', (_, response) => response.end(Buffer.concat([weights, weights]))],
    ['a web page without its content type', (_, response) => response.end('<html>Sign in</html>')],
  ] as [string, (request: IncomingMessage, response: ServerResponse) => void][])(
    'a response with %s is an error, and nothing is stored',
    async (_, answer) => {
      answerFiles(answer)
      const code = expect.stringMatching(/^(?:DAMAGED_DOWNLOAD|NETWORK)$/)
      await expect(readWeights({ maxRetries: 1 })).rejects.toMatchObject({ code })
      expect(existsSync(snapshot())).toBe(false)
      answerFiles(send)
      expect(weights.equals(await readWeights())).toBe(true)
    },
  )

  test('a damaged download is an error DAMAGED_DOWNLOAD while another file is derived from it', async () => {
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

  test('a damaged partial file is downloaded again from its start', async () => {
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

describe('access', () => {
  test('the token is not sent after a redirect to another host', async () => {
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
  ])('status %i with %s is an error UNAUTHORIZED with advice', async (code, reason, advice) => {
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
  ])(
    'the error for a token that the Hub rejects with %j advises about the token',
    async (reason, headers) => {
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
    },
  )

  test('a refusal that another token would not change has no advice', async () => {
    const reason = 'Access to this resource is disabled.'
    answerFiles(status(403, { 'x-error-code': 'DisabledRepo', 'x-error-message': reason }))
    await expect(readWeights()).rejects.toMatchObject({ message: expect.stringMatching(/disabled\.\)\.$/) })
  })

  test('a file name from the Hub cannot leave the cache', async () => {
    hub.intercept = (request, response) => {
      if (!pathOf(request).startsWith('/api/')) return false
      const siblings = [{ rfilename: '../../../escaped', size: 1 }]
      response.end(JSON.stringify({ sha: commit, siblings }))
      return true
    }
    await expect(model().open('../../../escaped')).rejects.toMatchObject({ code: 'READ_FAILED' })
    expect(existsSync(join(cacheDir, '..', 'escaped'))).toBe(false)
  })

  test('an endpoint that is not a URL is an error INVALID_OPTION', () => {
    expect(() => model({ endpoint: 'mirror' })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
  })
})

test('at most four files are downloaded in parallel', async () => {
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.bin`, weights.subarray(i)]))
  await using server = await startHub({ 'owner/name': many })
  let open = 0
  let maxOpen = 0
  server.intercept = (request, response) => {
    if (pathOf(request).startsWith('/api/')) return false
    maxOpen = Math.max(maxOpen, ++open)
    response.on('close', () => open--)
    return false
  }
  const source = model({ endpoint: server.endpoint })
  await Promise.all(Object.keys(many).map((path) => source.open(path)))
  expect(maxOpen).toBeLessThanOrEqual(4)
})
