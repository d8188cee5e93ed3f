/** Installs the examples from the packed tarball, builds them, and uses them in Chromium. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { subjects, suggestions } from '../examples/semantic-search/src/passages.js'
import { principalPlane } from '../examples/semantic-search/src/pca.js'
import { launchChromium } from './support/browser.js'
import { readFiles, trainedCheckpoint, trainedDimension } from './support/fixtures.js'
import { commit } from './support/hub-server.js'
import { environment, packLibrary, run } from './support/installed.js'
import { type StaticServer, serveFolder } from './support/static-server.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'bert-embed-examples-'))
let tarball: string
const [semanticSearch, nodeSearch, nextApp, postgresSearch] = [
  'semantic-search',
  'node-search',
  'next-app',
  'postgres-search',
].map((name) => join(directory, 'examples', name)) as [string, string, string, string]

/** Installing and building an example takes half a minute on an idle machine, and longer on a busy one. */
const buildTimeout = 300_000

let browser: Browser
let page: Page
/** Errors of the page and of its console. */
let complaints: string[]

beforeAll(async () => {
  // The folders are laid out as in the repository, because the examples copy the small model from ../models.
  cpSync(join(root, 'examples'), join(directory, 'examples'), {
    recursive: true,
    filter: (path) =>
      !['node_modules', 'dist', '.next', 'public', 'vectors', 'data'].includes(basename(path)),
  })
  cpSync(trainedCheckpoint, join(directory, 'models/bert-embed-small-en'), { recursive: true })
  tarball = await packLibrary(directory)
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  rmSync(directory, { recursive: true, force: true })
})

beforeEach(async () => {
  await openPage()
})
afterEach(() => page?.context().close())

/** Opens a page with a separate cache. */
async function openPage(options: Parameters<Browser['newPage']>[0] = {}): Promise<void> {
  await page?.context().close()
  complaints = []
  page = await browser.newPage({ reducedMotion: 'reduce', ...options })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // Chromium logs an error for every 404. No model has all optional files.
    const isMissingFile = message.text().includes('404') && message.location().url.includes('/models/')
    if (message.type() === 'error' && !isMissingFile) complaints.push(message.text())
  })
}

describe('semantic-search', () => {
  let server: StaticServer
  beforeAll(async () => {
    await install(semanticSearch)
    await run('npm', ['run', 'build'], semanticSearch)
    server = await serveFolder(join(semanticSearch, 'dist'), { isolated: true })
  }, buildTimeout)
  afterAll(() => server?.close())

  const query = () => page.getByRole('combobox', { name: 'Query' })
  const ready = () => page.locator('[data-ready]').waitFor()
  const ranking = () =>
    page.locator('#results [role=option]').evaluateAll((options) => options.map(({ id }) => id))

  async function open(parameters = ''): Promise<void> {
    await page.goto(`${server.url}/${parameters}`)
    await ready()
  }

  async function search(text: string): Promise<string[]> {
    const before = await ranking()
    await query().fill(text)
    await expect.poll(ranking).not.toEqual(before)
    return ranking()
  }

  test('semantic-search ranks all passages again for every query', async () => {
    await open()
    const asWritten = await ranking()
    const first = await search('boats caught in a gale')
    const second = await search('bread and soup')
    expect(asWritten).toHaveLength(60)
    expect(first.toSorted()).toEqual(asWritten.toSorted())
    expect(second).not.toEqual(first)
    const scores = (await page.locator('.score').allTextContents()).map(Number)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect(complaints).toEqual([])
  })

  test('semantic-search finds passages on the subject of every suggestion', async () => {
    await open()
    for (const [i, subject] of subjects.entries()) {
      const suggestion = suggestions[i]!
      const before = await ranking()
      await page.getByRole('button', { name: suggestion }).click()
      await expect.poll(ranking).not.toEqual(before)
      const found = await page.locator('#results .best .subject').allTextContents()
      expect(found[0], suggestion).toBe(subject)
      expect(found.filter((label) => label === subject).length, suggestion).toBeGreaterThanOrEqual(3)
    }
    expect(complaints).toEqual([])
  })

  test('semantic-search shows the result for the latest query', async () => {
    await open()
    const expected = await search('the wind')
    await search('bread and soup')
    await query().fill('')
    await query().pressSequentially('the wind')
    await expect.poll(ranking).toEqual(expected)
    expect(complaints).toEqual([])
  })

  test('semantic-search draws every passage at a different position, and lines from the query to the nearest passages', async () => {
    await open()
    const places = await page
      .locator('#map .point')
      .evaluateAll((points) => points.map((point) => (point as SVGElement).style.transform))
    expect(new Set(places).size).toBe(60)
    expect(await page.locator('#map .lines line').count()).toBe(0)
    const [nearest] = await search('boats caught in a gale')
    expect(await page.locator('#map .lines line').count()).toBe(5)
    await page.locator('#map .point.best', { hasText: '1' }).hover()
    const text = await page.locator(`#${nearest} .text`).textContent()
    expect(await page.locator('#tooltip').textContent()).toBe(text)
    expect(complaints).toEqual([])
  })

  test('semantic-search can be used with only the keyboard', async () => {
    await open()
    const asWritten = await ranking()
    const [, second] = await search('boats caught in a gale')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await query().getAttribute('aria-activedescendant')).toBe(second)
    expect(await page.locator('#results [aria-selected=true]').getAttribute('id')).toBe(second)
    const text = await page.locator(`#${second} .text`).textContent()
    await page.keyboard.press('Enter')
    expect(await query().inputValue()).toBe(text)
    await expect.poll(() => page.locator('.score').first().textContent()).toBe('1.000')
    await page.keyboard.press('Escape')
    expect(await query().inputValue()).toBe('')
    await expect.poll(ranking).toEqual(asWritten)
    expect(await page.locator('#map .best').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test('semantic-search keeps the chosen colours after a reload', async () => {
    await openPage({ colorScheme: 'light' })
    await open()
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const light = await paper()
    await page.getByRole('button', { name: 'Dark colours' }).click()
    const dark = await paper()
    expect(dark).not.toBe(light)
    await open()
    expect(await paper()).toBe(dark)
    expect(complaints).toEqual([])
  })

  test('semantic-search fits the width of a phone', async () => {
    await openPage({ viewport: { width: 390, height: 844 } })
    await open()
    await search('boats caught in a gale')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(complaints).toEqual([])
  })

  test('semantic-search shows progress while the model loads and the passages are embedded', async () => {
    await page.addInitScript(() => {
      const labels: (string | undefined)[] = []
      Object.assign(globalThis, { labels })
      const observe = () => labels.push(document.querySelector('#progress output')?.textContent ?? undefined)
      new MutationObserver(observe).observe(document, { subtree: true, childList: true, characterData: true })
    })
    // The model takes about a second at this speed. From a local disk, it would load before the page shows anything.
    const network = await page.context().newCDPSession(page)
    const perSecond = 6 * 2 ** 20
    const speed = { offline: false, latency: 0, downloadThroughput: perSecond, uploadThroughput: perSecond }
    await network.send('Network.emulateNetworkConditions', speed)
    await open()
    const labels = await page.evaluate(() => (globalThis as unknown as { labels: string[] }).labels)
    expect(labels).toContainEqual(expect.stringMatching(/^Downloading the model: \d\.\d of \d\.\d MB$/))
    expect(labels).toContain('Embedding passages: 60 of 60')
    expect(await page.locator('#progress').isVisible()).toBe(false)
    expect(complaints).toEqual([])
  })

  test('semantic-search sends no requests to other servers by default, and loads a chosen model from the Hub', async () => {
    const requests = await playHub('sentence-transformers/all-MiniLM-L6-v2', 'sentence-transformers-new')
    await open()
    expect(requests).toEqual([])
    await page.getByLabel('Model').selectOption('minilm')
    await page.waitForURL(/model=minilm/)
    await ready()
    expect(requests).toContain('model.safetensors')
    expect(complaints).toEqual([])
  })

  test('semantic-search offers the small model if the Hub cannot be reached', async () => {
    await page.route('https://huggingface.co/**', (route) => route.abort())
    await page.goto(`${server.url}/?model=minilm`)
    expect(await page.getByRole('alert').textContent()).toContain('NETWORK')
    await page.getByRole('button', { name: 'Use the small model' }).click()
    await ready()
    expect(page.url()).toContain('model=small')
  })

  /** Answers requests to the Hub. Returns the list of requested files, which grows. */
  async function playHub(model: string, checkpoint: string): Promise<string[]> {
    const files = readFiles(checkpoint)
    const requests: string[] = []
    await page.route('https://huggingface.co/**', (route) => {
      const path = new URL(route.request().url()).pathname
      const headers: Record<string, string> = { 'access-control-allow-origin': '*' }
      if (path === `/api/models/${model}/revision/main`) {
        const siblings = Object.keys(files).map((rfilename) => ({ rfilename }))
        return route.fulfill({ headers, json: { id: model, sha: commit, siblings } })
      }
      const name = path.slice(`/${model}/resolve/${commit}/`.length)
      requests.push(name)
      const body = files[name]
      if (!body) return route.fulfill({ headers, status: 404 })
      headers['content-length'] = String(body.byteLength)
      return route.fulfill({ headers, body: Buffer.from(body) })
    })
    return requests
  }
})

describe('the map of semantic-search', () => {
  test('the map of semantic-search is the plane of largest variance', () => {
    const vectors = [
      [5, 1, 0.1],
      [-5, 1, -0.1],
      [0, 3, 0.1],
      [0, -1, -0.1],
    ].map((values) => Float32Array.from(values))
    const points = vectors.map(principalPlane(vectors))
    expect(points.map(({ x }) => Math.abs(x))).toEqual([5, 5, 0, 0].map((x) => expect.closeTo(x, 1)))
    expect(points.map(({ y }) => Math.abs(y))).toEqual([0, 0, 2, 2].map((y) => expect.closeTo(y, 1)))
    expect(points[0]!.x).toBeCloseTo(-points[1]!.x, 5)
  })
})

describe('node-search', () => {
  const search = (...args: string[]) => run('node', ['search.mjs', ...args], nodeSearch)
  beforeAll(() => install(nodeSearch), buildTimeout)

  test('node-search prints the nearest passages, and embeds each passage only once', async () => {
    const first = await search('a', 'lost', 'glove', '--top', '3')
    const second = await search('a', 'lost', 'glove', '--top', '3')
    const rows = Array.from(first.matchAll(/^ +(\d+) +(\d\.\d{3}) +\S+\.txt +(\S.+)$/gm))
    expect(rows.map(([, rank]) => rank)).toEqual(['1', '2', '3'])
    expect(rows[0]![3]).toMatch(/^Found near the station: one glove/)
    const scores = rows.map(([, , score]) => Number(score))
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect(first).toContain(`17 passages, 17 of them embedded now, ${trainedDimension} values each.`)
    expect(second).toBe(first.replace('17 of them', '0 of them'))
    expect(readFileSync(join(nodeSearch, 'vectors/vectors.f32')).byteLength).toBe(17 * trainedDimension * 4)
  })

  test('node-search finds a passage by its exact text', async () => {
    const [text] = readFileSync(join(nodeSearch, 'texts/letters.txt'), 'utf8').split('\n')
    expect(await search(text!, '--top', '1')).toMatch(/^ +1 +1\.000 +letters\.txt +Dear neighbour/m)
  })

  test('node-search fails with MODEL_NOT_FOUND for a missing model', async () => {
    await expect(search('glove', '--model', './nowhere/')).rejects.toThrow('MODEL_NOT_FOUND')
  })
})

describe('postgres-search', () => {
  const texts = join(directory, 'texts')
  const documents = 24
  const start = (...args: string[]) =>
    startPrinting(['server.mjs', '--texts', texts, ...args], postgresSearch)
  const get = async (address: string) => (await fetch(address)).json() as Promise<Record<string, unknown>>
  /** Waits until all documents are indexed, and returns the number of their parts. */
  async function countParts(program: PrintingProgram): Promise<unknown> {
    const address = `${await urlOf(program)}/status`
    const isIndexed = expect.poll(() => get(address), { timeout: 60_000 })
    await isIndexed.toMatchObject({ documents, indexed: documents })
    return (await get(address)).chunks
  }

  beforeAll(async () => {
    mkdirSync(texts)
    const words = readFileSync(join(root, 'examples/texts/don-quixote.txt'), 'utf8').split(/\s+/)
    for (let i = 1; i < documents; i++)
      writeFileSync(
        join(texts, `${String(i).padStart(2, '0')}.txt`),
        words.slice(i * 20, i * 20 + 300).join(' '),
      )
    writeFileSync(join(texts, 'soup.txt'), 'Stir the soup and add a little salt.')
    await install(postgresSearch)
  }, buildTimeout)

  test('postgres-search indexes every part once, also after it was killed in the middle of its work', async () => {
    const killed = start()
    await killed.prints(/embedded now/)
    await killed.end('SIGKILL')
    const resumed = start()
    const parts = await countParts(resumed)
    await resumed.end('SIGTERM')
    expect(resumed.output()).toMatch(/: 0 new or changed.+embedded now/s)

    const undisturbed = start('--dtype', 'q8')
    await undisturbed.prints(/has changed. Every document is embedded again/)
    expect(await countParts(undisturbed)).toBe(parts)
    await undisturbed.end('SIGTERM')
    const embedded = Array.from(undisturbed.output().matchAll(/(\d+) of them embedded now/g))
    expect(embedded.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(parts)
  })

  test('postgres-search embeds only the end of a document that got a longer one', async () => {
    appendFileSync(join(texts, '01.txt'), ' The end.')
    const program = start()
    await program.prints(/^1 documents, \d+ chunks, 1 of them embedded now/m)
    await program.end('SIGTERM')
  })

  test('postgres-search finds a part by meaning and words with every method, and its page works with the keyboard', async () => {
    const program = start()
    const url = await urlOf(program)
    for (const method of ['exact', 'hnsw', 'halfvec', 'binary']) {
      const { hits } = (await get(`${url}/search?method=${method}&q=salty+soups`)) as { hits: object[] }
      const best = { name: 'soup.txt', vector_rank: 1, words_rank: 1 }
      expect(hits[0], method).toMatchObject(best)
    }
    await page.goto(url)
    await page.keyboard.press('/')
    await page.keyboard.type('salty soups')
    await page.locator('#results li').first().waitFor()
    expect(await page.locator('#results mark').first().textContent()).toBe('soup')
    await page.keyboard.press('ArrowDown')
    expect(await page.locator(':focus h2').textContent()).toBe('soup.txt')
    await page.keyboard.press('Escape')
    expect(await page.locator(':focus').getAttribute('id')).toBe('query')
    expect(complaints).toEqual([])

    await start().prints(/^FOLDER_IN_USE: .+\n$/)
    await program.end('SIGTERM')
  })
})

describe('next-app', () => {
  let url: string
  let stop: () => void = () => {}
  beforeAll(async () => {
    await install(nextApp)
    await run('npm', ['run', 'build'], nextApp)
    ;({ url, stop } = await startNext(nextApp))
  }, buildTimeout)
  afterAll(() => stop())

  const hits = (half: string) => page.locator(`#${half} li span`).allTextContents()

  test('next-app ranks by meaning, with equal results on the server and in the browser', async () => {
    await page.goto(url)
    await page.locator('#difference').waitFor()
    const before = await hits('server')
    expect(before).toHaveLength(6)
    expect(before[0]).toBe('The choir held the last chord and let it ring.')
    expect(await hits('browser')).toEqual(before)
    expect(Number(await page.locator('#difference').getAttribute('value'))).toBeLessThan(1e-5)
    expect(page.workers()).not.toEqual([]) // the model runs in the worker that Next.js bundled

    await page.getByRole('textbox', { name: 'Query' }).fill('bread and soup')
    await page.keyboard.press('Enter')
    await page.waitForURL(/q=bread/)
    await page.locator('#difference').waitFor()
    expect((await hits('server'))[0]).toMatch(/^Bread dough/)
    expect(await hits('browser')).toEqual(await hits('server'))
    expect(complaints).toEqual([])
  })

  test('the route handler of next-app returns a vector', async () => {
    const response = await fetch(`${url}/api/embed?text=knight`)
    const vector = (await response.json()) as number[]
    expect(vector).toHaveLength(trainedDimension)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
    expect((await fetch(`${url}/api/embed`)).status).toBe(400)
  })
})

/** Installs an example with the packed tarball instead of the repository. */
async function install(folder: string): Promise<void> {
  const file = join(folder, 'package.json')
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('file:../..', `file:${tarball.replaceAll('\\', '/')}`),
  )
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], folder)
}

interface PrintingProgram {
  /** Everything that it has printed. */
  output(): string
  /** Waits until the output matches. Rejects if the program ends before. */
  prints(pattern: RegExp): Promise<RegExpMatchArray>
  /** Sends a signal, and waits until the program has ended. */
  end(signal: NodeJS.Signals): Promise<void>
}

/** The address that a server has printed. */
const urlOf = async (server: PrintingProgram) => (await server.prints(/http:\/\/localhost:\d+/))[0]

function startPrinting(args: readonly string[], cwd: string): PrintingProgram {
  const child = spawn('node', args, { cwd, env: environment })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk
      child.emit('output')
    })
  const ended = once(child, 'close')
  return {
    output: () => output,
    async prints(pattern) {
      for (;;) {
        const match = output.match(pattern)
        if (match) return match
        if (child.exitCode !== null) throw new Error(`${args[0]} ended without ${pattern}:\n${output}`)
        await Promise.race([once(child, 'output'), ended])
      }
    },
    async end(signal) {
      child.kill(signal)
      await ended
    },
  }
}

/** Starts a built Next.js application on a free port. */
function startNext(cwd: string): Promise<{ readonly url: string; readonly stop: () => void }> {
  const next = spawn('node', ['node_modules/next/dist/bin/next', 'start', '--port', '0'], {
    cwd,
    env: environment,
  })
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (chunk: Buffer) => {
      output += chunk
      const [url] = output.match(/http:\/\/localhost:\d+/) ?? []
      if (url && output.includes('Ready')) resolve({ url, stop: () => next.kill() })
    }
    next.stdout.on('data', read)
    next.stderr.on('data', read)
    next.on('exit', (code) => reject(new Error(`next start ended with ${code}:\n${output}`)))
  })
}
