/** A base URL on another origin, whose server decides which requests a page may send and which headers it may read. */

import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { commands } from 'vitest/browser'
import { browserCache } from '../../src/sources/cache/browser-cache.web.js'
import { urlSource } from '../../src/sources/url.js'
import { startHub } from './hub.js'

const name = 'bert-embed-cross-origin'
const content = new TextEncoder().encode('{"a": 1}')
let endpoint: string
beforeEach(async () => {
  endpoint = await startHub({ 'config.json': content })
})
afterEach(async () => {
  await caches.delete(name)
})
afterAll(() => commands.closeHubs())

async function read(): Promise<string | undefined> {
  const source = urlSource(`${endpoint}/files`, { cache: browserCache({ name }), retryDelayMs: 1 })
  const file = await source.open('config.json')
  return file && new TextDecoder().decode(await file.read(0, file.byteLength))
}

describe('a base URL on another origin', () => {
  test('a file on another origin is requested without conditional headers if the server refuses them, and stays cached', async () => {
    await commands.breakHub(endpoint, 'no-preflight')
    expect(await read()).toBe('{"a": 1}')
    expect(await read()).toBe('{"a": 1}')
    // The server refuses the preflight. The ETag of the plain request says that nothing has changed.
    expect(await commands.takeHubRequests(endpoint)).toEqual([
      '/files/config.json',
      'OPTIONS /files/config.json',
      '/files/config.json',
    ])
  })

  test('an interrupted download from another origin is completed, even if a range request needs a preflight', async () => {
    await commands.breakHub(endpoint, 'break-once')
    expect(await read()).toBe('{"a": 1}')
  })
})
