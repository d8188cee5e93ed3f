/** Runs the packed library in other runtimes: other versions of Node, Bun, Deno and workerd. */

import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cosineSimilarity } from '../src/index.js'
import { consumerTexts, expectReference } from './support/consumer-reference.js'
import {
  readFiles,
  readReference,
  smallCheckpoint,
  trainedCheckpoint,
  trainedDimension,
} from './support/fixtures.js'
import { startHub } from './support/hub-server.js'
import {
  copyModel,
  environment,
  installConsumer,
  packLibrary,
  run,
  startServer,
} from './support/installed.js'

const template = fileURLToPath(new URL('consumers/runtimes', import.meta.url))
const example = fileURLToPath(new URL('../examples/workers', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'bert-embed-runtimes-'))
const app = join(directory, 'app')
/** The same application without onnxruntime-node. */
const bare = join(directory, 'bare')
const worker = join(directory, 'worker')

beforeAll(async () => {
  const tarball = await packLibrary(directory)
  await installConsumer(template, app, tarball)
  await installConsumer(example, worker, tarball)
  copyModel(smallCheckpoint, join(app, 'model'))
  cpSync(app, bare, { recursive: true })
  await run('npm', ['uninstall', '--no-audit', '--no-fund', 'onnxruntime-node'], bare)
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** The required Deno permission of the engine: to read the model and the library. */
const denoPortable = ['run', '--no-prompt', '--allow-read']
/** onnxruntime-node also needs to read HF_* from the environment, and to load a native library. */
const denoNative = [...denoPortable, '--allow-env', '--allow-ffi']
/** A model of the Hub, and its cache. */
const denoHub = ['--allow-env', '--allow-net=127.0.0.1', '--allow-sys=homedir,hostname', '--allow-write']

interface Runtime {
  /** Prefix of its `navigator.userAgent`. */
  readonly agent: string
  readonly command: string
  readonly native: readonly string[]
  readonly portable: readonly string[]
  /** What `checks.js` needs in addition. @default [] */
  readonly hub?: readonly string[]
}

const runtimes: readonly Runtime[] = [
  node('22'),
  node('24'),
  { agent: 'Bun/1', command: 'npx', native: ['bun'], portable: ['bun'] },
  {
    agent: 'Deno/2',
    command: 'npx',
    native: ['deno', ...denoNative],
    portable: ['deno', ...denoPortable],
    hub: denoHub,
  },
]

function node(version: string): Runtime {
  const args = ['exec', '--yes', `--package=node@${version}`, '--', 'node']
  return { agent: `Node.js/${version}`, command: 'npm', native: args, portable: args }
}

interface Report {
  readonly agent: string
  readonly backend: string
  readonly device: string
  readonly vectors: number[][]
}

async function runScript(command: string, args: readonly string[], folder = app): Promise<Report> {
  return JSON.parse(await run(command, args, folder))
}

interface Checks {
  readonly q8: number[][]
  readonly q8Again: number[][]
  readonly downloaded: number[][]
  readonly offline: number[][]
  readonly inWorker: number[][]
  readonly timers: number
  readonly warnings: readonly string[]
}

/** Runs checks.js with a Hub and an empty cache. */
async function runChecks(command: string, args: readonly string[], folder: string) {
  await using hub = await startHub({ 'owner/small': readFiles('bert-small-untrained') })
  const cache = mkdtempSync(join(directory, 'cache-'))
  const settings = { cwd: folder, env: { ...environment, npm_config_update_notifier: 'false' } }
  const execute = promisify(execFile)
  const { stdout, stderr } = await execute(command, [...args, 'checks.js', hub.endpoint, cache], settings)
  const checks: Checks = JSON.parse(stdout)
  return { ...checks, stderr, weights: hub.requests.filter((path) => path.endsWith('.safetensors')) }
}

/** Expects all results of checks.js. In q8, the least cosine to PyTorch's vectors was 0.9999. */
async function expectChecks(command: string, args: readonly string[], folder: string): Promise<void> {
  const { q8, q8Again, downloaded, offline, inWorker, timers, ...rest } = await runChecks(
    command,
    args,
    folder,
  )
  for (const vectors of [downloaded, offline, inWorker]) expectReference(vectors)
  expect(q8Again).toEqual(q8)
  const means = readReference('bert-small-untrained').pooled.find(([mode]) => mode === 'mean')![1]
  const { texts } = readReference('bert-small-untrained')
  for (const [index, text] of consumerTexts.entries())
    expect(cosineSimilarity(q8[index]!, means[texts.indexOf(text)]!)).toBeGreaterThan(0.999)
  expect(timers).toBeGreaterThan(10)
  expect(rest).toEqual({ stderr: '', warnings: [], weights: [expect.any(String)] })
}

test('one application has onnxruntime-node, and the other one has not', () => {
  const folder = 'node_modules/onnxruntime-node'
  expect([app, bare].map((each) => existsSync(join(each, folder)))).toEqual([true, false])
})

describe.each(runtimes)('$agent', (runtime) => {
  test(`${runtime.agent} runs the Node build on onnxruntime-node, and the process ends without dispose()`, async () => {
    const report = await runScript(runtime.command, [...runtime.native, 'embed.js'])
    expect(report).toMatchObject({ backend: 'onnxruntime-node', device: 'cpu' })
    expect(report.agent.startsWith(runtime.agent)).toBe(true)
    expectReference(report.vectors)
  })

  test(`${runtime.agent} runs the Node build on the engine, and the process ends without dispose()`, async () => {
    const report = await runScript(runtime.command, [...runtime.portable, 'embed.js'], bare)
    expect(report).toMatchObject({ backend: 'bert-embed-engine', device: 'wasm' })
    expectReference(report.vectors)
  })

  test(`${runtime.agent} runs the build for the Web on the engine`, async () => {
    const report = await runScript(runtime.command, [...runtime.portable, 'embed-portable.js'], bare)
    expect(report).toMatchObject({ backend: 'bert-embed-engine', device: 'wasm' })
    expectReference(report.vectors)
  })

  const { agent, command, native, portable, hub = [] } = runtime
  test(`${agent} runs q8, a model of the Hub, then offline, and a worker, on onnxruntime-node`, async () => {
    await expectChecks(command, [...native, ...hub], app)
  })

  test(`${agent} runs q8, a model of the Hub, then offline, and a worker, on the engine`, async () => {
    await expectChecks(command, [...portable, ...hub], bare)
  })
})

describe('the telemetry of onnxruntime-node', () => {
  const main = `import { createEmbedder } from 'bert-embed'
process.on('warning', ({ code }) => console.log(code))
const embedder = await createEmbedder({ model: './model' })
console.log((await embedder.embed('knight')).length)
await embedder.dispose()`
  const thread = `import { Worker } from 'node:worker_threads'
new Worker(new URL('./telemetry.mjs', import.meta.url))`

  /** What a script prints, and the files that ONNX Runtime leaves below a home that is empty. */
  async function trace(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const home = mkdtempSync(join(directory, 'home-'))
    // Nothing else of our own environment: by itself the telemetry is off where a variable tells of a CI.
    const { PATH } = process.env
    const printed = await run('npx', args, app, { PATH, HOME: home, ...env })
    const names = readdirSync(home, { recursive: true, encoding: 'utf8' })
    return { printed: printed.trim(), leavesFiles: names.some((name) => name.includes('.onnxruntime')) }
  }

  beforeAll(() => {
    writeFileSync(join(app, 'telemetry.mjs'), main)
    writeFileSync(join(app, 'telemetry-thread.mjs'), thread)
  })

  test('the telemetry is off in Bun, also in its worker threads', async () => {
    for (const script of ['telemetry.mjs', 'telemetry-thread.mjs'])
      expect(await trace(['bun', script])).toEqual({ printed: '64', leavesFiles: false })
  })

  test('the telemetry is off in Deno, or a warning says that Deno may not set the variable', async () => {
    expect(await trace(['deno', ...denoNative, 'telemetry.mjs'])).toEqual({
      printed: '64',
      leavesFiles: false,
    })
    const withoutVariables = denoNative.filter((flag) => flag !== '--allow-env')
    const { printed } = await trace(['deno', ...withoutVariables, 'telemetry.mjs'])
    expect(printed).toMatch(/^BERT_EMBED_TELEMETRY\n64$/)
  })
})

describe('the Node of these tests', () => {
  test.each(['embed.js', 'embed-portable.js'])(
    'the Node of these tests runs %s on the engine',
    async (script) => {
      const { backend, vectors } = await runScript('node', [script], bare)
      expect(backend).toBe('bert-embed-engine')
      expectReference(vectors)
    },
  )

  test.each(['onnxruntime-node', 'the engine'])(
    'the Node of these tests runs q8, a model of the Hub, then offline, and a worker, on %s',
    async (backend) => {
      await expectChecks('node', [], backend === 'the engine' ? bare : app)
    },
  )

  test('the build for the Web runs onnxruntime-web through webBackend()', async () => {
    const { backend, vectors } = await runScript('node', ['embed-onnxruntime-web.js'])
    expect(backend).toBe('onnxruntime-web')
    expectReference(vectors)
  })
})

describe('Deno', () => {
  test('Deno imports the package by its npm: specifier', async () => {
    const { backend, vectors } = await runScript(
      'npx',
      ['deno', ...denoPortable, 'embed-npm-specifier.js'],
      bare,
    )
    expect(backend).toBe('bert-embed-engine')
    expectReference(vectors)
  })
})

describe('workerd', () => {
  test('workerd runs the example, which answers requests with vectors', async () => {
    await run('npm', ['run', 'build'], worker)
    await using workerd = await startServer(['start.mjs', smallCheckpoint], worker)
    const query = new URLSearchParams(consumerTexts.map((text) => ['text', text]))
    const response = await fetch(`${workerd.url}/?${query}`)
    expect(response.status).toBe(200)
    expectReference((await response.json()) as number[][])
    expect((await fetch(workerd.url)).status).toBe(400)
  })

  test('workerd applies the pooling and normalisation of a sentence model', async () => {
    await using workerd = await startServer(['start.mjs', trainedCheckpoint], worker)
    const response = await fetch(`${workerd.url}/?text=knight`)
    const [vector] = (await response.json()) as number[][]
    expect(vector).toHaveLength(trainedDimension)
    expect(Math.hypot(...vector!)).toBeCloseTo(1, 5)
  })
})
