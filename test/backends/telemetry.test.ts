/** What onnxruntime-node's telemetry leaves behind, in processes whose home is an empty folder. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smallCheckpoint } from '../support/fixtures.js'
import { run } from '../support/installed.js'
import { buildNode, type NodeBuild } from './node-build.js'

let build: NodeBuild
const homes = mkdtempSync(join(tmpdir(), 'bert-embed-homes-'))
beforeAll(async () => {
  build = await buildNode('cjs')
})
afterAll(() => {
  build.remove()
  rmSync(homes, { recursive: true, force: true })
})

/** A script that embeds a text, twice with a model of its own, and prints the codes of the warnings it gets. */
const embed = (settings: string) => `
  process.on('warning', ({ code }) => console.log(code))
  const { createEmbedder, nodeBackend } = require(${JSON.stringify(join(build.folder, 'node.js'))})
  const load = () => createEmbedder({ model: ${JSON.stringify(smallCheckpoint)}, ${settings} })
  const use = (embedder) => embedder.embed('knight').then(() => embedder.dispose())
  load().then(use).then(load).then(use)`

/** Runs a script; the files below its home, which it is started in, once it has ended, and what it printed. */
async function trace(source: string, env: NodeJS.ProcessEnv = {}) {
  const home = mkdtempSync(join(homes, 'home-'))
  const script = join(build.folder, 'script.js')
  writeFileSync(script, source)
  // Nothing else of our own environment: by itself the telemetry is off where a variable tells of a CI.
  const { PATH } = process.env
  const printed = await run(process.execPath, [script], home, { PATH, HOME: home, ...env })
  const entries = readdirSync(home, { recursive: true, encoding: 'utf8', withFileTypes: true })
  return { files: entries.filter((entry) => entry.isFile()).map(({ name }) => name), printed: printed.trim() }
}

/** Windows has its own tracing, which writes no files. */
const writesFiles = process.platform !== 'win32'

describe("onnxruntime-node's telemetry", () => {
  test.each([
    ['by default', 'offline: false', {}],
    ['offline', 'offline: true', {}],
    ['in the thread that asks', 'backend: nodeBackend({ worker: false })', {}],
    ['with a module that is given', "backend: nodeBackend({ ort: require('onnxruntime-node') })", {}],
    ['where the variable is empty', '', { ORT_DISABLE_TELEMETRY: '' }],
  ])('is off %s', async (_, settings, env) => {
    expect(await trace(embed(settings), env)).toEqual({ files: [], printed: '' })
  })

  test('stays on where the environment says so, which shows that it leaves traces', async () => {
    const { files, printed } = await trace(embed(''), { ORT_DISABLE_TELEMETRY: '0' })
    expect([files.length > 0, printed]).toEqual([writesFiles, ''])
  })

  test('is told of, once, by a worker thread of the application, which cannot turn it off', async () => {
    const inWorker = `new (require('node:worker_threads').Worker)(${JSON.stringify(embed(''))}, { eval: true })`
    expect((await trace(inWorker)).printed).toBe('BERT_EMBED_TELEMETRY')
    expect(await trace(inWorker, { ORT_DISABLE_TELEMETRY: '1' })).toEqual({ files: [], printed: '' })
  })
})
