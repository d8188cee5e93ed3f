/** Small applications, installed from the packed tarball, built by each bundler, and opened in Chromium. */

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

/** What bundlers that know no `new URL(…, import.meta.url)` leave out, to be copied beside the bundle. */
const wasm = { 'ort-wasm-simd-threaded.wasm': join(ort, 'ort-wasm-simd-threaded.wasm') }
/** What ONNX Runtime asks for instead, when it is told where its files are, or comes as CommonJS. */
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

/** Runs a script of the applications' package.json, and completes what it built into a site. */
async function build(script: string, folder: string, files: Readonly<Record<string, string>> = {}) {
  await run('npm', ['run', script], apps)
  const site = join(apps, 'out', folder)
  for (const [name, source] of Object.entries(files)) cpSync(source, join(site, name))
  cpSync(model, join(site, 'model'), { recursive: true })
  return site
}

const page = (folder: string) => ({ 'index.html': join(apps, folder, 'index.html') })

interface Visit {
  /** What the page embedded, in the order of `consumerTexts`. */
  readonly vectors: readonly (readonly number[])[]
  /** The workers that run once it has, the threads of ONNX Runtime included. */
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

/** Visits a site as most pages are served, and cross-origin isolated. */
async function visitBoth(site: string, path = '/'): Promise<{ plain: Visit; isolated: Visit }> {
  await using plain = await serveFolder(site)
  await using isolated = await serveFolder(site, { isolated: true })
  return { plain: await visit(plain.url + path), isolated: await visit(isolated.url + path) }
}

/** One worker for the session, and one more for its second thread where the page may have threads. */
function expectInWorker({ plain, isolated }: { readonly plain: Visit; readonly isolated: Visit }): void {
  expectReference(plain.vectors)
  expectReference(isolated.vectors)
  expect([plain.isolated, plain.workers]).toEqual([false, 1])
  expect([isolated.isolated, isolated.workers]).toEqual([true, 2])
}

/** No worker: the only one there may be is the second thread. */
function expectInPage({ plain, isolated }: { readonly plain: Visit; readonly isolated: Visit }): void {
  expectReference(plain.vectors)
  expectReference(isolated.vectors)
  expect([plain.isolated, plain.workers]).toEqual([false, 0])
  expect([isolated.isolated, isolated.workers]).toEqual([true, 1])
}

describe('the library runs in a worker', () => {
  test('built by Vite, with nothing configured', async () => {
    expectInWorker(await visitBoth(await build('vite', 'vite')))
  })

  test("on Vite's development server, with nothing configured", async () => {
    cpSync(model, join(apps, 'page/public/model'), { recursive: true })
    await using server = await startServer(
      ['node_modules/vite/bin/vite.js', 'page', '--host', '127.0.0.1'],
      apps,
    )
    const plain = await visit(server.url)
    expectReference(plain.vectors)
    expect(plain.workers).toBe(1)
  })

  test('built by webpack, with nothing configured', async () => {
    expectInWorker(await visitBoth(await build('webpack', 'webpack', page('page'))))
  })

  test('built by Rollup, with the worker as an entry and the .wasm file beside', async () => {
    const site = await build('rollup', 'rollup', { ...page('page'), ...wasm })
    expectInWorker(await visitBoth(site))
  })

  test('built by esbuild, with the worker as an entry and the .wasm file beside', async () => {
    const site = await build('esbuild', 'esbuild', { ...page('page'), ...wasm })
    expectInWorker(await visitBoth(site))
  })

  test("with ONNX Runtime's files where wasmPaths says", async () => {
    const site = await build('esbuild:wasm-paths', 'wasm-paths', page('wasm-paths'))
    for (const [name, source] of Object.entries(wasmAndModule)) cpSync(source, join(site, 'ort', name))
    expectInWorker(await visitBoth(site))
  })

  test("started by an application's own worker", async () => {
    const { plain, isolated } = await visitBoth(await build('vite:web-worker', 'web-worker'))
    expectReference(plain.vectors)
    expectReference(isolated.vectors)
    expect([plain.workers, isolated.workers]).toEqual([2, 3])
  })
})

describe('the library runs in the thread that asks', () => {
  test('without a bundler, as import maps do not reach workers', async () => {
    cpSync(model, join(apps, 'model'), { recursive: true })
    expectInPage(await visitBoth(apps, '/import-map/'))
  })

  test('bundled without its worker', async () => {
    const site = await build('esbuild:in-page', 'in-page', { ...page('page'), ...wasm })
    expectInPage(await visitBoth(site))
  })

  test('required as CommonJS', async () => {
    const site = await build('esbuild:common-js', 'common-js', { ...page('common-js'), ...wasmAndModule })
    expectInPage(await visitBoth(site))
  })

  test('in a Service Worker', async () => {
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
  test('bundled by webpack runs its model on a worker thread, without a configuration for it', async () => {
    symlinkSync(
      fileURLToPath(new URL('../node_modules/onnxruntime-node', import.meta.url)),
      join(apps, 'node_modules/onnxruntime-node'),
      'junction',
    )
    await run('npm', ['run', 'webpack:node'], apps)
    expect((await run('node', ['out/node-app/node-app.cjs', model], apps)).trim()).toBe('64 1')
  })
})
