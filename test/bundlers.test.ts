/** Installs small applications from the packed tarball, builds them with each bundler, and opens them in Chromium. */

import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from './support/browser.js'
import { expectReference } from './support/consumer-reference.js'
import { smallCheckpoint } from './support/fixtures.js'
import { copyModel, installConsumer, packLibrary, run, startServer } from './support/installed.js'
import { serveFolder } from './support/static-server.js'

const template = fileURLToPath(new URL('consumers/bundlers', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'bert-embed-bundlers-'))
const apps = join(directory, 'apps')
const model = join(directory, 'model')
const ort = join(apps, 'node_modules/onnxruntime-web/dist')

/** The file to copy next to the bundle for bundlers that do not support `new URL(…, import.meta.url)`. */
const wasm = { 'ort-wasm-simd-threaded.wasm': join(ort, 'ort-wasm-simd-threaded.wasm') }
/** The files that ONNX Runtime requests with `wasmPaths`, or as CommonJS. */
const wasmAndModule = { ...wasm, 'ort-wasm-simd-threaded.mjs': join(ort, 'ort-wasm-simd-threaded.mjs') }

let browser: Browser

beforeAll(async () => {
  copyModel(smallCheckpoint, model)
  await installConsumer(template, apps, await packLibrary(directory))
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  rmSync(directory, { recursive: true, force: true })
})

/** Runs a build script of the applications' package.json, and adds the files and the model to its output. */
async function build(script: string, folder: string, files: Readonly<Record<string, string>> = {}) {
  await run('npm', ['run', script], apps)
  const site = join(apps, 'out', folder)
  for (const [name, source] of Object.entries(files)) cpSync(source, join(site, name))
  cpSync(model, join(site, 'model'), { recursive: true })
  return site
}

const page = (folder: string) => ({ 'index.html': join(apps, folder, 'index.html') })

interface Visit {
  /** The vectors of `consumerTexts`, in order. */
  readonly vectors: readonly (readonly number[])[]
  /** Number of workers that run afterwards, threads of ONNX Runtime included. */
  readonly workers: number
  readonly isolated: boolean
}

async function visit(url: string): Promise<Visit> {
  const context = await browser.newContext()
  try {
    const tab = await context.newPage()
    await tab.goto(url)
    await tab.waitForFunction(() => 'answer' in globalThis)
    const vectors = await tab.evaluate(
      () => (globalThis as unknown as { answer: Promise<number[][]> }).answer,
    )
    return { vectors, workers: tab.workers().length, isolated: await tab.evaluate(() => crossOriginIsolated) }
  } finally {
    await context.close()
  }
}

/** Visits a site twice: without isolation, as most pages are served, and cross-origin isolated. */
async function visitBoth(site: string, path = '/'): Promise<{ plain: Visit; isolated: Visit }> {
  await using plain = await serveFolder(site)
  await using isolated = await serveFolder(site, { isolated: true })
  return { plain: await visit(plain.url + path), isolated: await visit(isolated.url + path) }
}

/** Expects one worker for the session, and another one for its second thread if the page is isolated. */
function expectInWorker({ plain, isolated }: { readonly plain: Visit; readonly isolated: Visit }): void {
  expectReference(plain.vectors)
  expectReference(isolated.vectors)
  expect([plain.isolated, plain.workers]).toEqual([false, 1])
  expect([isolated.isolated, isolated.workers]).toEqual([true, 2])
}

/** Expects no worker for the session, only one for its second thread if the page is isolated. */
function expectInPage({ plain, isolated }: { readonly plain: Visit; readonly isolated: Visit }): void {
  expectReference(plain.vectors)
  expectReference(isolated.vectors)
  expect([plain.isolated, plain.workers]).toEqual([false, 0])
  expect([isolated.isolated, isolated.workers]).toEqual([true, 1])
}

describe('inference in a worker', () => {
  test('a Vite build runs inference in a worker without configuration', async () => {
    expectInWorker(await visitBoth(await build('vite', 'vite')))
  })

  test.each(['vite', 'vite:top-level-await'])(
    'a page built by %s loads at most six JavaScript files up to its first vector, the worker included',
    async (script) => {
      await using server = await serveFolder(await build(script, script.replace('vite:', '')))
      expectReference((await visit(`${server.url}/`)).vectors)
      const files = server.requests.filter((path) => path.endsWith('.js'))
      expect(files.length, files.join(' ')).toBeLessThanOrEqual(6)
    },
  )

  test("Vite's development server runs inference in a worker without configuration", async () => {
    cpSync(model, join(apps, 'page/public/model'), { recursive: true })
    await using server = await startServer(
      ['node_modules/vite/bin/vite.js', 'page', '--host', '127.0.0.1'],
      apps,
    )
    const plain = await visit(server.url)
    expectReference(plain.vectors)
    expect(plain.workers).toBe(1)
  })

  test('a webpack build runs inference in a worker without configuration', async () => {
    expectInWorker(await visitBoth(await build('webpack', 'webpack', page('page'))))
  })

  test('a Rollup build with a worker entry and the .wasm file runs inference in a worker', async () => {
    const site = await build('rollup', 'rollup', { ...page('page'), ...wasm })
    expectInWorker(await visitBoth(site))
  })

  test('an esbuild build with a worker entry and the .wasm file runs inference in a worker', async () => {
    const site = await build('esbuild', 'esbuild', { ...page('page'), ...wasm })
    expectInWorker(await visitBoth(site))
  })

  test("a build with ONNX Runtime's files at wasmPaths runs inference in a worker", async () => {
    const site = await build('esbuild:wasm-paths', 'wasm-paths', page('wasm-paths'))
    for (const [name, source] of Object.entries(wasmAndModule)) cpSync(source, join(site, 'ort', name))
    expectInWorker(await visitBoth(site))
  })

  test("an application's own worker runs inference in a nested worker", async () => {
    const { plain, isolated } = await visitBoth(await build('vite:web-worker', 'web-worker'))
    expectReference(plain.vectors)
    expectReference(isolated.vectors)
    expect([plain.workers, isolated.workers]).toEqual([2, 3])
  })
})

describe('inference in the calling thread', () => {
  test('a page with an import map runs inference in the page, because workers have no import map', async () => {
    cpSync(model, join(apps, 'model'), { recursive: true })
    expectInPage(await visitBoth(apps, '/import-map/'))
  })

  test('a bundle without the worker entry runs inference in the page', async () => {
    const site = await build('esbuild:in-page', 'in-page', { ...page('page'), ...wasm })
    expectInPage(await visitBoth(site))
  })

  test('a bundle that requires the CommonJS build runs inference in the page', async () => {
    const site = await build('esbuild:common-js', 'common-js', { ...page('common-js'), ...wasmAndModule })
    expectInPage(await visitBoth(site))
  })

  test('a Service Worker runs inference itself', async () => {
    const files = { ...page('service-worker'), ...wasm }
    const { plain, isolated } = await visitBoth(
      await build('esbuild:service-worker', 'service-worker', files),
    )
    expectReference(plain.vectors)
    expectReference(isolated.vectors)
    expect([plain.workers, isolated.workers]).toEqual([0, 0])
  })
})

describe('an application for Node', () => {
  test('a webpack bundle for Node runs its model on a worker thread without configuration', async () => {
    symlinkSync(
      fileURLToPath(new URL('../node_modules/onnxruntime-node', import.meta.url)),
      join(apps, 'node_modules/onnxruntime-node'),
      'junction',
    )
    await run('npm', ['run', 'webpack:node'], apps)
    expect((await run('node', ['out/node-app/node-app.cjs', model], apps)).trim()).toBe('64 1')
  })
})
