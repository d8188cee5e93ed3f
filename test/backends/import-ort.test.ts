/** Processes that find no onnxruntime-node, or an unsuitable one: older published versions, and damaged ones. */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { smallCheckpoint } from '../support/fixtures.js'
import { run } from '../support/installed.js'
import { buildNode, type NodeBuild } from './node-build.js'

/** The build, without onnxruntime-node. */
let build: NodeBuild
/** The onnxruntime-node of this repository. */
const root = fileURLToPath(new URL('../../node_modules/onnxruntime-node', import.meta.url))
const onnxModel = fileURLToPath(new URL('../fixtures/onnx-models/transformers-js', import.meta.url))
/** The folder in which older versions are installed, each under another name. */
const directory = mkdtempSync(join(tmpdir(), 'bert-embed-ort-'))
const versions = { 'ort-1.21': '1.21.0', 'ort-1.24': '1.24.3' }
const installed = (name: keyof typeof versions) => join(directory, 'node_modules', name)

beforeAll(async () => {
  build = await buildNode('esm', { withOrt: false })
  const packages = Object.entries(versions).map(
    ([name, version]) => `${name}@npm:onnxruntime-node@${version}`,
  )
  writeFileSync(join(directory, 'package.json'), '{ "private": true }')
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']
  await run('npm', ['install', ...flags, ...packages], directory)
})
afterEach(() => rmSync(ort(), { recursive: true, force: true }))
afterAll(() => {
  build.remove()
  rmSync(directory, { recursive: true, force: true })
})

/** The folder in which the build finds onnxruntime-node. */
const ort = () => join(build.folder, 'node_modules/onnxruntime-node')

/** Runs a module that can call `load()`, and returns its output. */
async function runScript(source: string, args: readonly string[] = []): Promise<string> {
  const head = `import { createEmbedder, nodeBackend } from './node.js'
const model = ${JSON.stringify(smallCheckpoint)}
const load = () => createEmbedder({ model, backend: nodeBackend() })
`
  writeFileSync(join(build.folder, 'script.js'), head + source)
  return (await run('node', [...args, 'script.js'], build.folder)).trim()
}

/** Runs the code `first`, then loads a model and returns the error. */
async function loadError(first = '', args: readonly string[] = []) {
  const report =
    'await load().catch(({ code, message, cause }) => console.log(JSON.stringify({ code, message, cause: cause?.code })))'
  return JSON.parse(await runScript(`${first}\n${report}`, args)) as Record<
    'code' | 'message' | 'cause',
    string
  >
}

describe('onnxruntime-node 1.24', () => {
  const use = `const embedder = await load()
const [value] = await embedder.embed('knight')
console.log(typeof value)
`

  test('onnxruntime-node 1.24 can be loaded again after all models were disposed of', async () => {
    symlinkSync(installed('ort-1.24'), ort(), 'junction')
    const uses = `for (const _ of [1, 2, 3]) {
  ${use}
  await embedder.dispose()
}`
    expect(await runScript(uses)).toBe('number\nnumber\nnumber')
  })

  test('a process with onnxruntime-node 1.24 ends normally, also during a run', async () => {
    symlinkSync(installed('ort-1.24'), ort(), 'junction')
    const exit = `embedder.embed(new Array(64).fill('knight '.repeat(510)))
setTimeout(() => process.exit(0), 20)`
    for (const ending of ['', exit]) expect(await runScript(use + ending)).toBe('number')
  })

  test('onnxruntime-node 1.24, which has no telemetry, causes no warning about it', async () => {
    symlinkSync(installed('ort-1.24'), ort(), 'junction')
    const script = `import { Worker, isMainThread } from 'node:worker_threads'
process.on('warning', ({ code }) => console.log(code))
if (isMainThread) new Worker(new URL(import.meta.url))
else await load().then((embedder) => embedder.dispose()).then(() => console.log('loaded'))`
    expect(await runScript(script)).toBe('loaded')
  })

  test('onnxruntime-node 1.24 that a thread has loaded before it ended is an error with advice', async () => {
    symlinkSync(installed('ort-1.24'), ort(), 'junction')
    const first = `import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
await once(new Worker('require("onnxruntime-node")', { eval: true }), 'exit')`
    const { code, message } = await loadError(first)
    expect(code).toBe('MISSING_PEER')
    for (const part of ['onnxruntime-node 1.24.3', installed('ort-1.24'), 'in the main thread first'])
      expect(message).toContain(part)
  })
})

/** Embeds with the default backend. Returns its name, the first value, and the warnings of the process. */
async function embedByDefault(args: readonly string[] = []) {
  const script = `const warnings = []
process.on('warning', ({ code, message }) => warnings.push({ code, message }))
const embedders = [await createEmbedder({ model }), await createEmbedder({ model })]
const [value] = await embedders[0].embed('knight')
console.log(JSON.stringify({ backend: embedders[1].backend, value, warnings }))`
  return JSON.parse(await runScript(script, args)) as {
    readonly backend: string
    readonly value: number
    readonly warnings: readonly { readonly code: string; readonly message: string }[]
  }
}

/** Expects that the engine runs the model, and that one warning says why onnxruntime-node does not. */
async function expectEngine(reasons: readonly string[], args: readonly string[] = []): Promise<void> {
  const { backend, warnings } = await embedByDefault(args)
  expect({ backend, codes: warnings.map(({ code }) => code) }).toEqual({
    backend: 'bert-embed-engine',
    codes: ['BERT_EMBED_ENGINE'],
  })
  for (const reason of reasons) expect(warnings[0]!.message).toContain(reason)
}

describe('the default backend', () => {
  test('the default backend computes the same vector with and without onnxruntime-node', async () => {
    const without = await embedByDefault()
    symlinkSync(root, ort(), 'junction')
    const installed = await embedByDefault()
    expect(without).toMatchObject({ backend: 'bert-embed-engine', warnings: [] })
    expect(installed).toMatchObject({ backend: 'onnxruntime-node', warnings: [] })
    expect(Math.abs(without.value - installed.value)).toBeLessThan(1e-5)
  })

  test('a model that only has ONNX files needs onnxruntime-node, whether it is missing or broken', async () => {
    const script = `await createEmbedder({ model: ${JSON.stringify(onnxModel)} }).catch(({ code }) => console.log(code))`
    expect(await runScript(script)).toBe('MISSING_PEER')
    symlinkSync(installed('ort-1.21'), ort(), 'junction')
    expect(await runScript(script)).toBe('MISSING_PEER')
  })

  test('the engine replaces an onnxruntime-node that is too old, with a warning', async () => {
    symlinkSync(installed('ort-1.21'), ort(), 'junction')
    await expectEngine([installed('ort-1.21'), '1.21.0, older than 1.24'])
  })

  test('the engine replaces onnxruntime-node if Node does not load addons, with a warning', async () => {
    symlinkSync(root, ort(), 'junction')
    await expectEngine(['--no-addons'], ['--no-addons'])
  })
})

describe('an unsuitable onnxruntime-node', () => {
  test('a missing onnxruntime-node is an error MISSING_PEER that says what to install', async () => {
    const { code, message } = await loadError()
    expect(code).toBe('MISSING_PEER')
    expect(message).toContain('npm install onnxruntime-node')
    expect(message).toContain(build.folder)
  })

  test('each error for an old onnxruntime-node names its version and its folder', async () => {
    symlinkSync(installed('ort-1.21'), ort(), 'junction')
    for (const first of ['', 'await load().catch(() => {})']) {
      const { code, message } = await loadError(first)
      expect(code).toBe('MISSING_PEER')
      expect(message).toContain(installed('ort-1.21'))
      expect(message).toContain('1.21.0, older than 1.24')
    }
  })

  test.runIf(process.platform === 'linux')(
    'the error for two versions in one process names both',
    async () => {
      symlinkSync(installed('ort-1.24'), ort(), 'junction')
      const other = pathToFileURL(join(installed('ort-1.21'), 'dist/index.js')).href
      const { code, message, cause } = await loadError(`await import(${JSON.stringify(other)})`)
      expect({ code, cause }).toEqual({ code: 'MISSING_PEER', cause: 'ERR_DLOPEN_FAILED' })
      for (const part of [
        'onnxruntime-node 1.24.3',
        installed('ort-1.24'),
        installed('ort-1.21'),
        'loaded another version',
      ])
        expect(message).toContain(part)
    },
  )

  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const binary = `bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`

  /** Copies the repository's version without its binaries. */
  function copyWithoutBinaries(): void {
    for (const part of ['package.json', 'dist'])
      cpSync(join(root, part), join(ort(), part), { recursive: true })
  }
  function writeFile(path: string, content: string): void {
    mkdirSync(dirname(join(ort(), path)), { recursive: true })
    writeFileSync(join(ort(), path), content)
  }

  const faults: readonly (readonly [
    fault: string,
    files: Readonly<Record<string, string>>,
    reason: string,
  ])[] = [
    ['has no binary for the system', {}, `${process.platform} ${process.arch}`],
    ['has a damaged binary', { [binary]: 'no library' }, `${binary}: `],
    ['lacks a dependency', { 'dist/backend.js': 'require("no-such-package")' }, 'no-such-package'],
    ['throws an error', { 'dist/index.js': 'throw new Error("out of order")' }, 'out of order'],
    ['was replaced by an empty module', { 'dist/index.js': 'module.exports = {}' }, 'InferenceSession'],
  ]

  test.each(faults)(
    'the error, and the warning of the engine that takes over, name the folder and the reason if onnxruntime-node %s',
    async (_, files, reason) => {
      copyWithoutBinaries()
      for (const [path, content] of Object.entries(files)) writeFile(path, content)
      const { code, message } = await loadError()
      expect(code).toBe('MISSING_PEER')
      const parts = [`onnxruntime-node ${version} in `, ort(), reason]
      for (const part of parts) expect(message).toContain(part)
      await expectEngine(parts)
    },
  )

  test('the error names the reason if Node does not load addons', async () => {
    symlinkSync(root, ort(), 'junction')
    const { code, message, cause } = await loadError('', ['--no-addons'])
    expect({ code, cause }).toEqual({ code: 'MISSING_PEER', cause: 'ERR_DLOPEN_DISABLED' })
    expect(message).toContain('--no-addons')
  })
})
