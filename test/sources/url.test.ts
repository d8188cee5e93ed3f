import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileCache } from '../../src/sources/file-cache.node.js'
import { urlSource } from '../../src/sources/url.js'
import { type FakeHub, startHub } from '../support/hub-server.js'

let hub: FakeHub
let cacheDir: string
/** What the server has, and what it calls the version of it. */
let served: { content: string; etag?: string; date?: string }
/** The statuses it answered with. */
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
  test('downloads a file once, and anew when it has changed', async () => {
    expect([await read(), await read()]).toEqual(['one', 'one'])
    served = { content: 'two', etag: '"2"' }
    expect([await read(), await read()]).toEqual(['two', 'two'])
    expect(statuses).toEqual([200, 304, 200, 304])
  })

  test('goes by the date where there is no ETag', async () => {
    served = { content: 'one', date: 'Tue, 24 Nov 2026 10:00:00 GMT' }
    expect([await read(), await read()]).toEqual(['one', 'one'])
    expect(statuses).toEqual([200, 304])
  })

  test('asks without conditions a server that refuses them, and downloads again only what has changed', async () => {
    const answer = hub.intercept!
    hub.intercept = (request, response) => {
      // As a browser does where the other origin allows no such header.
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

  test('keeps nothing that has neither', async () => {
    served = { content: 'one' }
    expect([await read(), await read()]).toEqual(['one', 'one'])
    expect(statuses).toEqual([200, 200])
  })

  test('works without a network once it has the files, and offline does not ask', async () => {
    await expect(read({ offline: true })).rejects.toMatchObject({ code: 'OFFLINE' })
    await read()
    expect(await read({ offline: true })).toBe('one')
    expect(statuses).toEqual([200])
    await hub.close()
    expect(await read()).toBe('one')
    await expect(read({ cache: undefined })).rejects.toMatchObject({ code: 'NETWORK' })
  })

  test('remembers what the server does not have, and asks again once it is there', async () => {
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

  test('takes an ETag that is no file name', async () => {
    served = { content: 'one', etag: 'W/"../../x"' }
    expect([await read(), await read()]).toEqual(['one', 'one'])
    expect(statuses).toEqual([200, 304])
  })
})

test('a base URL that is none is an error INVALID_OPTION', () => {
  expect(() => urlSource('http://')).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
})
