/** Files that the telemetry of onnxruntime-node writes, in processes with an empty home directory. */

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

/** A script that twice loads a model and embeds a text, and prints the codes of the warnings. */
const embed = (settings: string) => `
  process.on('warning', ({ code }) => console.log(code))
  const { createEmbedder, nodeBackend } = require(${JSON.stringify(join(build.folder, 'node.js'))})
  const load = () => createEmbedder({ model: ${JSON.stringify(smallCheckpoint)}, ${settings} })
  const use = (embedder) => embedder.embed('knight').then(() => embedder.dispose())
  load().then(use).then(load).then(use)`

/** Runs a script in an empty home directory. Returns its output, and the files that it left there. */
async function trace(source: string, env: NodeJS.ProcessEnv = {}) {
  const home = mkdtempSync(join(homes, 'home-'))
  const script = join(build.folder, 'script.js')
  writeFileSync(script, source)
  // Variables of a CI are not passed on, because the telemetry is off in a CI.
  const { PATH } = process.env
  const printed = await run(process.execPath, [script], home, { PATH, HOME: home, ...env })
  const entries = readdirSync(home, { recursive: true, encoding: 'utf8', withFileTypes: true })
  return { files: entries.filter((entry) => entry.isFile()).map(({ name }) => name), printed: printed.trim() }
}

/** On Windows the telemetry uses the system's tracing and writes no files. */
const writesFiles = process.platform !== 'win32'

describe("onnxruntime-node's telemetry", () => {
  test.each([
    ['by default', 'offline: false', {}],
    ['offline', 'offline: true', {}],
    ['in the calling thread', 'backend: nodeBackend({ worker: false })', {}],
    ['with the module of the caller', "backend: nodeBackend({ ort: require('onnxruntime-node') })", {}],
    ['with an empty variable', '', { ORT_DISABLE_TELEMETRY: '' }],
  ])('telemetry is off %s', async (_, settings, env) => {
    expect(await trace(embed(settings), env)).toEqual({ files: [], printed: '' })
  })

  test('telemetry stays on with ORT_DISABLE_TELEMETRY=0, and writes files', async () => {
    const { files, printed } = await trace(embed(''), { ORT_DISABLE_TELEMETRY: '0' })
    expect([files.length > 0, printed]).toEqual([writesFiles, ''])
  })

  test('a worker thread of the application, which cannot turn telemetry off, warns once', async () => {
    const inWorker = `new (require('node:worker_threads').Worker)(${JSON.stringify(embed(''))}, { eval: true })`
    expect((await trace(inWorker)).printed).toBe('BERT_EMBED_TELEMETRY')
    expect(await trace(inWorker, { ORT_DISABLE_TELEMETRY: '1' })).toEqual({ files: [], printed: '' })
  })
})
