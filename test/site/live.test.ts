/** The live page of the built site in Chromium. `npm test` builds the site first. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sentences } from '../../site/live/sentences.js'
import { cosineSimilarity, createEmbedder, type Embedder, pool } from '../../src/index.node.js'
import { engineBackend } from '../../src/node.js'
import { violationsOf } from '../support/axe.js'
import { launchChromium } from '../support/browser.js'
import { trainedCheckpoint, trainedDimension } from '../support/fixtures.js'
import { type StaticServer, serveFolder } from '../support/static-server.js'

const site = fileURLToPath(new URL('../../site/.vitepress/dist', import.meta.url))

/** A float32 sum in another order can move a q8 value by a step. The cosine then changes by less than this. */
const tolerance = 1e-3

let browser: Browser
let server: StaticServer
let embedder: Embedder
let page: Page
/** Errors of the page and of its console. */
let complaints: string[]

beforeAll(async () => {
  server = await serveFolder(site, { cleanUrls: true })
  browser = await launchChromium()
  embedder = await createEmbedder({
    model: trainedCheckpoint,
    dtype: 'q8',
    backend: engineBackend({ worker: false }),
  })
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await embedder?.dispose()
})

beforeEach(() => openPage())
afterEach(() => page.context().close())

/** Opens a page with a separate cache. */
async function openPage(options: Parameters<Browser['newPage']>[0] = {}): Promise<void> {
  await page?.context().close()
  complaints = []
  page = await browser.newPage({ reducedMotion: 'reduce', ...options })
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    // Chromium logs an error for every 404. The model has no config_sentence_transformers.json.
    const isMissingFile = message.text().includes('404') && message.location().url.includes('/models/')
    if (message.type() === 'error' && !isMissingFile) complaints.push(message.text())
  })
}

const loadButton = () => page.getByRole('button', { name: /^Load the model/ })
const first = () => page.getByLabel('First sentence')
const second = () => page.getByLabel('Second sentence')
const query = () => page.getByRole('searchbox', { name: 'Search thirty sentences by meaning' })
const cosine = async () => Number(await page.locator('[data-cosine]').getAttribute('data-cosine'))
const hits = () => page.getByRole('list', { name: 'Nearest sentences' }).getByRole('listitem')

async function open({ url } = server): Promise<void> {
  await page.goto(`${url}/live`)
  // The page is interactive: before, a press of the button would do nothing.
  await page.waitForFunction(() => '__vue_app__' in document.querySelector('#app')!)
}

async function load(): Promise<void> {
  await loadButton().click()
  await page.locator('[data-cosine]').waitFor()
}

async function search(text: string): Promise<void> {
  await query().fill(text)
  await page.locator(`[data-query="${text}"]`).waitFor()
}

/** The vectors of two texts in Node, before they are scaled to length 1. */
async function vectorsInNode(texts: [string, string], pooling: 'mean' | 'cls' | 'max' = 'mean') {
  const { lastHiddenState, attentionMask } = await embedder.forward(texts)
  const { data } = pool(lastHiddenState, attentionMask, { pooling })
  return [data.subarray(0, trainedDimension), data.subarray(trainedDimension)] as const
}

async function expectedCosine(texts: [string, string], pooling: 'mean' | 'cls' | 'max' = 'mean') {
  const [a, b] = await vectorsInNode(texts, pooling)
  return cosineSimilarity(a, b)
}

/** Requests of the model's files since the page was opened. */
function watchModelRequests(): string[] {
  const requests: string[] = []
  page.on('request', (request) => request.url().includes('/models/') && requests.push(request.url()))
  return requests
}

describe('two sentences', () => {
  test('the live page shows the vectors and the cosine of Node, for each pooling', async () => {
    await open()
    await load()
    const texts: [string, string] = [await first().inputValue(), await second().inputValue()]
    for (const pooling of ['mean', 'cls', 'max'] as const) {
      await page.getByRole('radio', { name: pooling }).check()
      await page.locator(`[data-pooling=${pooling}]`).waitFor()
      const expected = await expectedCosine(texts, pooling)
      expect(Math.abs((await cosine()) - expected), pooling).toBeLessThan(tolerance)
      await expect.poll(() => page.locator('output').textContent()).toBe((await cosine()).toFixed(2))
      const shown = await page.getByText(/^The vector begins with/).allTextContents()
      for (const [i, vector] of (await vectorsInNode(texts, pooling)).entries()) {
        const numbers = shown[i]!.replaceAll('−', '-')
          .match(/-?\d+\.\d\d/g)!
          .map(Number)
        expect(numbers).toHaveLength(4)
        // Two decimals are shown, so half a hundredth is lost.
        numbers.forEach((number, j) => {
          expect(Math.abs(number - vector[j]!), `${pooling} ${j}`).toBeLessThan(0.005 + tolerance)
        })
      }
    }
    expect(complaints).toEqual([])
  })

  test('the live page shows the tokens with their ids, and how many were cut off', async () => {
    await open()
    await load()
    await first().fill('violinists')
    const table = page.getByRole('table', { name: 'First sentence' })
    const { tokens } = embedder.tokenize('violinists')
    await expect.poll(() => table.locator('tbody th').allTextContents()).toEqual(tokens[0])
    const ids = (await table.locator('tbody td.id').allTextContents()).map(Number)
    expect(ids).toEqual([...embedder.tokenizer.encode('violinists').ids])
    await first().fill('word '.repeat(300))
    await page.getByText('256 tokens and 46 tokens cut off at the model’s limit').waitFor()
    await page.getByText('232 more tokens, pooled but not shown').waitFor()
    expect(complaints).toEqual([])
  })

  test('the live page shows the result for the last text, however fast it was typed', async () => {
    await open()
    await load()
    await second().fill('')
    await second().pressSequentially('The boats sailed home.')
    const expected = await expectedCosine([await first().inputValue(), 'The boats sailed home.'])
    await expect.poll(async () => Math.abs((await cosine()) - expected)).toBeLessThan(tolerance)
    await query().pressSequentially('a pet')
    await page.locator('[data-query="a pet"]').waitFor()
    // Announced once for all of these keystrokes.
    await expect
      .poll(() => page.getByRole('status').allTextContents())
      .toContainEqual(expect.stringMatching(/^Nearest: /))
    expect(complaints).toEqual([])
  })
})

describe('search', () => {
  test('the live page ranks the sentences as Node does, and marks the nearest on the map', async () => {
    await open()
    await load()
    await search('preparing dinner')
    await page.getByRole('button', { name: 'Show all 30' }).click()
    const shown = await hits().allTextContents()
    expect(shown).toHaveLength(sentences.length)
    const [wanted, ...vectors] = await embedder.embed(
      ['preparing dinner', ...sentences.map(({ text }) => text)],
      { normalize: true },
    )
    const expected = new Map(sentences.map(({ text }, i) => [text, cosineSimilarity(wanted!, vectors[i]!)]))
    const scores = shown.map((text) => Number(/[−\d.]+\s*$/.exec(text)![0].replace('−', '-')))
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    for (const [i, text] of shown.entries()) {
      const [sentence] = [...expected.keys()].filter((known) => text.includes(known))
      expect(Math.abs(scores[i]! - expected.get(sentence!)!)).toBeLessThan(0.005 + tolerance)
    }
    const nearest = sentences.find(({ text }) => shown[0]!.includes(text))!
    expect(nearest.topic).toBe('Kitchen')
    await page.getByRole('img', { name: `Lines lead from the query to ${nearest.label}, ` }).waitFor()
    expect(complaints).toEqual([])
  })
})

test('the live page can be used with the keyboard alone', async () => {
  await open()
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
  const isVisible = () =>
    page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle !== 'none')
  await page.locator('h1').click() // the place in the page from which Tab goes on
  const tabTo = async (isReached: () => Promise<boolean>) => {
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab')
      if (await isReached()) return
    }
    throw new Error('Tab does not get there.')
  }
  await tabTo(async () => (await focused()).startsWith('Load the model'))
  expect(await isVisible()).toBe(true)
  await page.keyboard.press('Enter')
  await page.locator('[data-cosine]').waitFor()

  const has = (locator: ReturnType<typeof first>) => () =>
    locator.evaluate((element) => element === document.activeElement)
  await page.locator('h1').click()
  await tabTo(has(first()))
  expect(await isVisible()).toBe(true)
  await page.keyboard.press('Tab')
  expect(await has(second())()).toBe(true)
  await tabTo(has(page.getByRole('radio', { name: 'mean' })))
  await page.keyboard.press('ArrowRight')
  await page.locator('[data-pooling=cls]').waitFor()

  await tabTo(has(query()))
  await page.keyboard.type('a pet')
  await page.locator('[data-query="a pet"]').waitFor()
  const best = hits().first().getByRole('button')
  await tabTo(has(best))
  expect(await isVisible()).toBe(true)
  expect(await page.locator('.ring').count()).toBe(1)
  await page.keyboard.press('Enter')
  await expect.poll(() => query().inputValue()).toMatch(/\.$/)
  expect(await has(query())()).toBe(true)
  expect(complaints).toEqual([])
})

describe('loading', () => {
  test('the live page downloads no model before the reader presses the button or types', async () => {
    const requests = watchModelRequests()
    await open()
    await first().focus()
    expect(requests).toEqual([])
    await page.keyboard.type('!')
    await page.locator('[data-cosine]').waitFor()
    expect(requests.length).toBeGreaterThan(0)
    expect(complaints).toEqual([])
  })

  test('the live page shows how much of the model is downloaded, and knows its size beforehand', async () => {
    await page.addInitScript(() => {
      const labels: string[] = []
      Object.assign(globalThis, { labels })
      new MutationObserver(() => {
        labels.push(document.querySelector('.status .numbers')?.textContent ?? '')
      }).observe(document, { subtree: true, childList: true, characterData: true })
    })
    await open()
    const size = /[\d.]+ MB/.exec((await loadButton().textContent())!)![0]
    const network = await page.context().newCDPSession(page)
    const perSecond = 6 * 2 ** 20
    const speed = { offline: false, latency: 0, downloadThroughput: perSecond, uploadThroughput: perSecond }
    await network.send('Network.emulateNetworkConditions', speed)
    await load()
    const labels = await page.evaluate(() => (globalThis as unknown as { labels: string[] }).labels)
    const sizes = labels.flatMap((label) => /: ([\d.]+) of ([\d.]+ MB)$/.exec(label)?.slice(1) ?? [])
    expect(sizes.length).toBeGreaterThan(2)
    expect(sizes.filter((_, i) => i % 2 === 1)).toEqual(Array(sizes.length / 2).fill(size))
    expect(complaints).toEqual([])
  })

  test('the live page says what to do when the download fails, and tries again', async () => {
    await page.route('**/models/**', (route) => route.abort())
    await open()
    await loadButton().click()
    expect(await page.getByRole('alert').textContent()).toContain('Check the connection, then try again.')
    await page.unroute('**/models/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.locator('[data-cosine]').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('the live page tries again when its own code could not be downloaded', async () => {
    await page.route('**/loaded-model*', (route) => route.abort())
    await open()
    await loadButton().click()
    expect(await page.getByRole('alert').textContent()).toContain('Check the connection, then try again.')
    await page.unroute('**/loaded-model*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.locator('[data-state=idle]').waitFor() // reloaded
    await load()
  })

  test('the live page says that a browser without WebAssembly cannot run the model', async () => {
    // Without a JIT, V8 has no WebAssembly, as in browsers in lockdown mode.
    await using plainBrowser = await launchChromium(['--js-flags=--jitless'])
    page = await plainBrowser.newPage()
    await open()
    await loadButton().click()
    expect(await page.getByRole('alert').textContent()).toContain('This browser has no WebAssembly')
  })

  test('the live page respects a browser that saves data', async () => {
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'connection', { value: { saveData: true } })
    })
    const requests = watchModelRequests()
    await open()
    await first().pressSequentially('!')
    await query().pressSequentially('a pet')
    expect(await page.locator('[data-state=idle]').count()).toBe(1)
    expect(requests).toEqual([])
    await load()
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0)
    expect(complaints).toEqual([])
  })

  test('the live page says without JavaScript what would be there', async () => {
    await openPage({ javaScriptEnabled: false })
    await page.goto(`${server.url}/live`)
    expect(await page.getByText('This page needs JavaScript.').isVisible()).toBe(true)
    expect(await page.getByRole('textbox').count()).toBe(0)
  })
})

describe('without a network', () => {
  const copy = mkdtempSync(join(tmpdir(), 'bert-embed-site-'))
  beforeAll(() =>
    cpSync(site, copy, { recursive: true, filter: (path) => !relative(site, path).startsWith('api') }),
  )
  afterAll(() => rmSync(copy, { recursive: true, force: true }))
  const isStored = () => page.evaluate(async () => (await navigator.serviceWorker.ready).active !== null)

  test('the live page works offline after one visit, with the model', async () => {
    const visited = await serveFolder(copy, { cleanUrls: true, etags: true })
    await open(visited)
    await load()
    const online = await cosine()
    expect(await isStored()).toBe(true)
    await visited.close()
    await page.reload()
    await load()
    expect(await cosine()).toBe(online)
    await search('a storm is coming')
    expect(await page.getByText('from your browser’s cache').isVisible()).toBe(true)
  })

  test('the live page of a new build is shown at the next visit', async () => {
    await using visited = await serveFolder(copy, { cleanUrls: true, etags: true })
    await open(visited)
    await load()
    expect(await isStored()).toBe(true)
    await page.reload() // now under the service worker
    await load()
    const file = join(copy, 'live.html')
    const html = readFileSync(file, 'utf8')
    writeFileSync(file, html.replace('<head>', '<head><meta name="build" content="new">'))
    await page.reload()
    expect(await page.locator('meta[name=build]').count()).toBe(1)
    writeFileSync(file, html)
  })
})

describe.each([
  { mode: 'on a desktop, light', width: 1280, colorScheme: 'light' },
  { mode: 'on a desktop, dark', width: 1280, colorScheme: 'dark' },
  { mode: 'on a phone, light', width: 360, colorScheme: 'light' },
  { mode: 'on a phone, dark', width: 360, colorScheme: 'dark' },
] as const)('$mode', ({ width, colorScheme }) => {
  test('the live page is accessible in each of its states, and its targets are large enough', async () => {
    await openPage({ viewport: { width, height: 800 }, colorScheme })
    await page.route('**/models/**', (route) => route.fulfill({ status: 404 }))
    await open()
    expect(await violationsOf(page)).toEqual([])
    await loadButton().click()
    await page.getByRole('alert').waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.unroute('**/models/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.locator('[data-cosine]').waitFor()
    await search('a storm is coming')
    expect(await violationsOf(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    const sizes = await page
      .locator('.vp-doc :is(button, input, textarea)')
      .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect()))
    expect(sizes.length).toBeGreaterThan(10)
    expect(Math.min(...sizes.flatMap((box) => [box.width, box.height]))).toBeGreaterThanOrEqual(24)
  })
})
