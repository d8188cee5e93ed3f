/** Installs small applications from the packed tarball, builds them with each bundler, and opens them in Chromium. */

import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from './support/browser.js'
import { expectReference } from './support/consumer-reference.js'
import { smallCheckpoint } from './support/fixtures.js'
import { copyModel, installConsumer, packLibrary, run, startServer } from './support/installed.js'
import { isolationHeaders, serveFolder } from './support/static-server.js'

const template = fileURLToPath(new URL('consumers/bundlers', import.meta.url))
const onnxModel = fileURLToPath(new URL('fixtures/onnx-models/sentence-transformers', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'bert-embed-bundlers-'))
const apps = join(directory, 'apps')
const model = join(directory, 'model')

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
  /** What the page has put into `answer`: for most pages the vectors of `consumerTexts`, in order. */
  readonly answer: readonly unknown[]
  /** Number of workers that run afterwards, further threads included. */
  readonly workers: number
  readonly isolated: boolean
}

async function visit(url: string): Promise<Visit> {
  const context = await browser.newContext()
  try {
    const tab = await context.newPage()
    await tab.goto(url)
    await tab.waitForFunction(() => 'answer' in globalThis)
    const answer = await tab.evaluate(
      () => (globalThis as unknown as { answer: Promise<readonly unknown[]> }).answer,
    )
    return { answer, workers: tab.workers().length, isolated: await tab.evaluate(() => crossOriginIsolated) }
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

interface ExpectedWorkers {
  /** Number of workers in a page that is not isolated. */
  readonly plain: number
  readonly isolated: number
}

function expectVisits(visits: { readonly plain: Visit; readonly isolated: Visit }, workers: ExpectedWorkers) {
  for (const name of ['plain', 'isolated'] as const) {
    const { answer, ...visit } = visits[name]
    expectReference(answer as number[][])
    expect(visit).toEqual({ workers: workers[name], isolated: name === 'isolated' })
  }
}

/** One worker for the session, and in an isolated page another one for its second thread. */
const inWorker = { plain: 1, isolated: 2 }
const inPage = { plain: 0, isolated: 0 }

describe('a page without onnxruntime-web, in a worker', () => {
  test('onnxruntime-web is not installed', () => {
    expect(existsSync(join(apps, 'node_modules/onnxruntime-web'))).toBe(false)
  })

  test('a Vite build runs inference in a worker without configuration', async () => {
    expectVisits(await visitBoth(await build('vite', 'vite')), inWorker)
  })

  test.each(['vite', 'vite:top-level-await'])(
    'a page built by %s loads at most six JavaScript files up to its first vector, the worker included',
    async (script) => {
      await using server = await serveFolder(await build(script, script.replace('vite:', '')))
      const { answer } = await visit(`${server.url}/`)
      expectReference(answer as number[][])
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
    const { answer, workers } = await visit(server.url)
    expectReference(answer as number[][])
    expect(workers).toBe(1)
  })

  test('a webpack build runs inference in a worker without configuration', async () => {
    expectVisits(await visitBoth(await build('webpack', 'webpack', page('page'))), inWorker)
  })

  test('a Rollup build with a worker entry runs inference in a worker', async () => {
    expectVisits(await visitBoth(await build('rollup', 'rollup', page('page'))), inWorker)
  })

  test('an esbuild build with a worker entry runs inference in a worker', async () => {
    expectVisits(await visitBoth(await build('esbuild', 'esbuild', page('page'))), inWorker)
  })

  test('an esbuild build with a worker entry runs inference in a worker without code splitting', async () => {
    expectVisits(await visitBoth(await build('esbuild:one-file', 'one-file', page('page'))), inWorker)
  })

  test('a page with an import map runs inference in a worker', async () => {
    cpSync(model, join(apps, 'model'), { recursive: true })
    expectVisits(await visitBoth(apps, '/import-map/'), inWorker)
  })

  test("an application's own worker runs inference in a nested worker", async () => {
    expectVisits(await visitBoth(await build('vite:web-worker', 'web-worker')), { plain: 2, isolated: 3 })
  })

  test.each(['vite', 'webpack'])(
    'a page built by %s runs inference in a worker under the content security policy of docs/browser.md',
    async (bundler) => {
      const policy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'"
      const headers = { 'content-security-policy': policy, ...isolationHeaders }
      await using server = await serveFolder(join(apps, 'out', bundler), { headers })
      const { answer, workers } = await visit(server.url)
      expectReference(answer as number[][])
      expect(workers).toBe(inWorker.isolated)
    },
  )
})

describe('a page without onnxruntime-web, in the calling thread', () => {
  test('a bundle without the worker entry runs inference in the page', async () => {
    expectVisits(await visitBoth(await build('esbuild:in-page', 'in-page', page('page'))), inPage)
  })

  test('a bundle that requires the CommonJS build runs inference in the page', async () => {
    expectVisits(await visitBoth(await build('esbuild:common-js', 'common-js', page('common-js'))), inPage)
  })

  test('a Service Worker runs inference itself', async () => {
    const site = await build('esbuild:service-worker', 'service-worker', page('service-worker'))
    expectVisits(await visitBoth(site), inPage)
  })
})

test('a model that only has ONNX files is an error MISSING_PEER in a page without onnxruntime-web', async () => {
  const site = await build('vite:onnx', 'onnx')
  copyModel(onnxModel, join(site, 'onnx-model'))
  await using server = await serveFolder(site)
  expect((await visit(server.url)).answer).toEqual([
    'MISSING_PEER',
    expect.stringContaining('npm install onnxruntime-web'),
  ])
})

describe('an application for Node', () => {
  const app = join(apps, 'out/node-app')

  test('a webpack bundle for Node runs its model on the engine, on a worker thread, without configuration', async () => {
    await run('npm', ['run', 'webpack:node'], apps)
    expect(await run('node', ['node-app.cjs', model], app)).toBe('64 bert-embed-engine 1\n')
  })

  test('a webpack bundle finds the onnxruntime-node next to it, also if the sources have none', async () => {
    mkdirSync(join(app, 'node_modules'))
    symlinkSync(
      fileURLToPath(new URL('../node_modules/onnxruntime-node', import.meta.url)),
      join(app, 'node_modules/onnxruntime-node'),
      'junction',
    )
    expect(await run('node', ['node-app.cjs', model], app)).toBe('64 onnxruntime-node 1\n')
  })
})

describe('a page with onnxruntime-web', () => {
  const ort = join(apps, 'node_modules/onnxruntime-web/dist')
  /** The file to copy next to the bundle for bundlers that do not support `new URL(…, import.meta.url)`. */
  const wasm = { 'ort-wasm-simd-threaded.wasm': join(ort, 'ort-wasm-simd-threaded.wasm') }

  beforeAll(async () => {
    const flags = ['--prefer-offline', '--no-audit', '--no-fund']
    await run('npm', ['install', ...flags, 'onnxruntime-web@1.30'], apps)
  })

  test('webBackend() in a Vite build runs onnxruntime-web in a worker without configuration', async () => {
    expectVisits(await visitBoth(await build('vite:onnxruntime', 'onnxruntime')), inWorker)
  })

  test('webBackend() in an esbuild build with a worker entry and the .wasm file runs in a worker', async () => {
    const files = { ...page('onnxruntime'), ...wasm }
    expectVisits(await visitBoth(await build('esbuild:onnxruntime', 'esbuild-onnxruntime', files)), inWorker)
  })

  test("webBackend() with ONNX Runtime's files at wasmPaths runs in a worker", async () => {
    const site = await build('esbuild:wasm-paths', 'wasm-paths', page('wasm-paths'))
    const files = { ...wasm, 'ort-wasm-simd-threaded.mjs': join(ort, 'ort-wasm-simd-threaded.mjs') }
    for (const [name, source] of Object.entries(files)) cpSync(source, join(site, 'ort', name))
    expectVisits(await visitBoth(site), inWorker)
  })

  test('a model that only has ONNX files runs on onnxruntime-web by default', async () => {
    const site = await build('vite:onnx', 'onnx')
    copyModel(onnxModel, join(site, 'onnx-model'))
    await using server = await serveFolder(site)
    expect((await visit(server.url)).answer).toEqual(['onnxruntime-web', expect.any(Number)])
  })
})
