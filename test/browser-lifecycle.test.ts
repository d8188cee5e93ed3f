/** The browser's cache when pages and browsers open and close. Runs real pages in a real Chromium. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chromiumFlags, findChromium } from '../scripts/chromium.mjs'
import type * as bertEmbed from '../src/web.js'
import { type FakeHub, startHub } from './support/hub-server.js'
import { type StaticServer, serveFolder } from './support/static-server.js'

declare global {
  /** The library, in the page. */
  var library: typeof bertEmbed
}

/** A file that is large enough to arrive in many chunks. */
const weights = Buffer.from(Uint8Array.from({ length: 4_000_000 }, (_, i) => i % 251))
const folder = mkdtempSync(join(tmpdir(), 'bert-embed-lifecycle-'))

let server: StaticServer
let hub: FakeHub
let context: BrowserContext
/** Continues the download that `holdDownloads` holds. */
let release: () => void

beforeAll(async () => {
  const contents = "import * as library from './web.js'; globalThis.library = library"
  await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../src/', import.meta.url)) },
    outfile: join(folder, 'page.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    external: ['onnxruntime-web'],
  })
  writeFileSync(join(folder, 'index.html'), '<!doctype html><script type="module" src="page.js"></script>')
  server = await serveFolder(folder)
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

beforeEach(async () => {
  hub = await startHub({ 'owner/name': { 'model.safetensors': weights } })
  hub.intercept = allowPages
  context = await launch()
})
afterEach(async () => {
  release?.()
  await context.close()
  await hub.close()
  rmSync(profile(), { recursive: true, force: true })
})

const profile = () => join(folder, 'profile')

/** Starts a browser with a profile on disk, which the next browser reuses. */
function launch(): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile(), {
    executablePath: findChromium(),
    args: [...chromiumFlags],
  })
}

async function openPage(): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${server.url}/`)
  await page.waitForFunction(() => globalThis.library !== undefined)
  return page
}

function allowPages(_: unknown, response: { setHeader(name: string, value: string): unknown }): boolean {
  response.setHeader('access-control-allow-origin', '*')
  return false
}

/** Sends the first half of the weights, and the rest when `release` is called. Resolves after the first half is sent. */
function holdDownloads(): Promise<void> {
  return new Promise((resolve) => {
    hub.intercept = (request, response) => {
      allowPages(request, response)
      if (!request.url?.includes('/resolve/')) return false
      response.writeHead(200, { 'content-length': weights.byteLength })
      response.write(weights.subarray(0, weights.byteLength / 2), () => resolve())
      release = () => response.end(weights.subarray(weights.byteLength / 2))
      return true
    }
  })
}

interface Download {
  readonly endpoint: string
  readonly offline?: boolean
}

/** Opens the weights in the page. Returns their length and the sum of their bytes, or the code of the error. */
async function download({ endpoint, offline = false }: Download): Promise<[number, number] | string> {
  const { hubSource, browserCache } = globalThis.library
  const source = hubSource('owner/name', { endpoint, offline, cache: browserCache(), retryDelayMs: 1 })
  try {
    const file = await source.open('model.safetensors')
    if (!file) return 'absent'
    const bytes = await file.read(0, file.byteLength)
    return [file.byteLength, bytes.reduce((sum, byte) => sum + byte, 0)]
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

const whole = [weights.byteLength, weights.reduce((sum, byte) => sum + byte, 0)]

describe("the browser's cache", () => {
  test("the browser's cache works without a network for the next page and after a restart", async () => {
    const { endpoint } = hub
    expect(await (await openPage()).evaluate(download, { endpoint })).toEqual(whole)
    await hub.close()
    expect(await (await openPage()).evaluate(download, { endpoint })).toEqual(whole)
    await context.close()
    context = await launch()
    expect(await (await openPage()).evaluate(download, { endpoint, offline: true })).toEqual(whole)
  })

  test("the browser's cache stores nothing of a download whose page is closed, and works afterwards", async () => {
    const { endpoint } = hub
    const held = holdDownloads()
    const closing = await openPage()
    const abandoned = closing.evaluate(download, { endpoint }).catch(() => 'closed')
    await held
    await closing.close()
    expect(await abandoned).toBe('closed')

    const page = await openPage()
    expect(await page.evaluate(download, { endpoint, offline: true })).toBe('OFFLINE')
    hub.intercept = allowPages
    expect(await page.evaluate(download, { endpoint })).toEqual(whole)
    expect(await page.evaluate(download, { endpoint, offline: true })).toEqual(whole)
  })

  test("the browser's cache stores nothing of a download whose browser crashes, and works afterwards", async () => {
    const { endpoint } = hub
    const held = holdDownloads()
    const dying = await openPage()
    const abandoned = dying.evaluate(download, { endpoint }).catch(() => 'died')
    await held
    const session = await context.newCDPSession(dying)
    await session.send('Browser.crash').catch(() => {})
    expect(await abandoned).toBe('died')

    context = await launch()
    const page = await openPage()
    expect(await page.evaluate(download, { endpoint, offline: true })).toBe('OFFLINE')
    hub.intercept = allowPages
    expect(await page.evaluate(download, { endpoint })).toEqual(whole)
  })

  test("the browser's cache stays correct when two pages write to it at once", async () => {
    const { endpoint } = hub
    const pages = [await openPage(), await openPage()]
    const results = await Promise.all(pages.map((page) => page.evaluate(download, { endpoint })))
    expect(results).toEqual([whole, whole])
    const keys = await pages[0]!.evaluate(async () => (await (await caches.open('bert-embed')).keys()).length)
    expect(keys).toBe(2) // the commit, and the file
    expect(await pages[1]!.evaluate(download, { endpoint, offline: true })).toEqual(whole)
  })

  test("the browser's cache stores nothing of a download whose server dies, which is an error NETWORK", async () => {
    const { endpoint } = hub
    const held = holdDownloads()
    const page = await openPage()
    const broken = page.evaluate(download, { endpoint })
    await held
    await hub.close()
    expect(await broken).toBe('NETWORK')
    expect(await page.evaluate(download, { endpoint, offline: true })).toBe('OFFLINE')
  })
})
