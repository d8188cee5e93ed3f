/** A page built by Vite in Firefox, compared with PyTorch and with Node. Skipped on a machine without Firefox. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { locateFirefox } from '../scripts/firefox.mjs'
import { createEmbedder, engineBackend, memorySource } from '../src/node.js'
import { consumerTexts, expectReference } from './support/consumer-reference.js'
import { visitInFirefox } from './support/firefox.js'
import { largestDifference, readFiles } from './support/fixtures.js'
import { type FakeHub, startHub } from './support/hub-server.js'
import { type StaticServer, serveFolder } from './support/static-server.js'

const firefox = locateFirefox()
if (firefox === undefined)
  console.warn(
    'Skipped: there is no Firefox on this machine. Name yours in the environment variable BERT_EMBED_FIREFOX.',
  )

const files = readFiles('bert-small-untrained')

/**
 * Maximum difference of a value in q8 between two runtimes. Firefox has relaxed SIMD, and Node 20 has not: sums that differ in
 * their last bit can round to another 14-bit activation. The difference was 6e-5, and that of q8 to fp32 is 1e-2.
 */
const roundingTolerance = 5e-4

/** What each page is, and the options of its embedder. `isWorker` pages embed in a module worker of their own. */
const pages = {
  first: { isIsolated: false, isWorker: false, dtype: 'fp32', offline: false },
  'first q8': { isIsolated: false, isWorker: true, dtype: 'q8', offline: false },
  second: { isIsolated: false, isWorker: true, dtype: 'fp32', offline: true },
  'second q8': { isIsolated: false, isWorker: false, dtype: 'q8', offline: true },
  isolated: { isIsolated: true, isWorker: false, dtype: 'fp32', offline: false },
  'isolated q8': { isIsolated: true, isWorker: true, dtype: 'q8', offline: false },
} as const
type PageName = keyof typeof pages

interface Answer {
  readonly error?: string
  readonly backend: string
  readonly vectors: readonly (readonly number[])[]
  readonly isolated: boolean
}

describe.skipIf(firefox === undefined)('Firefox', () => {
  const site = mkdtempSync(join(tmpdir(), 'bert-embed-firefox-site-'))
  let hub: FakeHub
  let servers: { readonly plain: StaticServer; readonly isolated: StaticServer }
  let answers: Readonly<Record<PageName, Answer>>

  beforeAll(async () => {
    await build({
      root: fileURLToPath(new URL('consumers/firefox', import.meta.url)),
      logLevel: 'error',
      resolve: { alias: { 'bert-embed': fileURLToPath(new URL('../dist/index.js', import.meta.url)) } },
      worker: { format: 'es' },
      build: {
        outDir: site,
        emptyOutDir: true,
        target: 'esnext',
        rollupOptions: { external: /^onnxruntime-web/ },
      },
    })
    hub = await startHub({ 'owner/small': files })
    hub.intercept = (_, response) => {
      response.setHeader('access-control-allow-origin', '*')
      return false
    }
    // Without the browser's HTTP cache, every worker requests its file.
    const headers = { 'cache-control': 'no-store' }
    servers = {
      plain: await serveFolder(site, { headers }),
      isolated: await serveFolder(site, { headers, isolated: true }),
    }
    const results = await visitInFirefox(firefox!, Object.values(pages).map(urlOf))
    answers = Object.fromEntries(
      Object.keys(pages).map((name, index) => [name, results[index]]),
    ) as typeof answers
  })
  afterAll(async () => {
    await Promise.all([hub?.close(), servers?.plain.close(), servers?.isolated.close()])
    rmSync(site, { recursive: true })
  })

  function urlOf({ isIsolated, isWorker, dtype, offline }: (typeof pages)[PageName]): string {
    const { url } = isIsolated ? servers.isolated : servers.plain
    const options = { model: 'owner/small', endpoint: hub.endpoint, dtype, offline: `${offline}` }
    return `${url}/?${new URLSearchParams(options)}${isWorker ? '#worker' : ''}`
  }

  test.each(['first', 'second', 'isolated'] as const)(
    "in fp32, the %s page has PyTorch's vectors",
    (name) => {
      expect(answers[name]).toMatchObject({ backend: 'bert-embed-engine', isolated: pages[name].isIsolated })
      expectReference(answers[name].vectors)
    },
  )

  test("in q8, the pages have Node's vectors, and those of the second visit and of two threads are equal", async () => {
    const [first, second, isolated] = [answers['first q8'], answers['second q8'], answers['isolated q8']]
    expect(second).toEqual(first)
    expect(isolated).toEqual({ ...first, isolated: true })
    const backend = engineBackend({ worker: false })
    await using embedder = await createEmbedder({ model: memorySource(files), backend, dtype: 'q8' })
    const expected = await embedder.embed(consumerTexts)
    const differences = expected.map((vector, index) => largestDifference(first.vectors[index] ?? [], vector))
    expect(Math.max(...differences)).toBeLessThan(roundingTolerance)
  })

  test('an isolated page runs on two threads, and another page on one', () => {
    const countWorkers = ({ requests }: StaticServer) =>
      requests.filter((path) => path.includes('/engine-worker')).length
    expect([countWorkers(servers.plain), countWorkers(servers.isolated)]).toEqual([4 * 1, 2 * 2])
  })

  test('the weights are downloaded once for each of the two origins, and later come from the Cache API', () => {
    expect(hub.requests.filter((path) => path.endsWith('.safetensors'))).toHaveLength(2)
  })
})
