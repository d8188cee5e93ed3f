/** Processes that use each backend with its defaults, and how they end. */

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smallCheckpoint } from '../support/fixtures.js'
import { run } from '../support/installed.js'
import { buildNode, type NodeBuild } from './node-build.js'

/** The last statements of each script. Before them, `embedder` has embedded a text. */
const endings: Readonly<Record<string, string>> = {
  'it has nothing left to do': '',
  'the embedder is disposed of': 'await embedder.dispose()',
  'process.exit() is called': 'process.exit(0)',
  'process.exit() is called during a run':
    'embedder.forward(longTexts); setTimeout(() => process.exit(0), 20); await new Promise(() => {})',
  'process.exit() is called during a load':
    'load(); setTimeout(() => process.exit(0), 20); await new Promise(() => {})',
  'the embedder is disposed of during a run':
    'const calls = [embedder.forward(longTexts).catch(() => {}), embedder.dispose()]; await Promise.all(calls)',
  'a model in two sessions has nothing left to do':
    "await (await load({ sessions: 2 })).embed(['knight', 'squire'])",
}

/** The options that select each backend. */
const backends = {
  'onnxruntime-node': {},
  'bert-embed-engine': { device: 'wasm', threads: 2 },
}
type BackendName = keyof typeof backends

const script = (options: object, ending: string) => `
  const model = ${JSON.stringify(smallCheckpoint)}
  const load = (more) => createEmbedder({ model, ...${JSON.stringify(options)}, ...more })
  const longTexts = new Array(64).fill('knight '.repeat(510))
  const main = async () => {
    const workers = []
    process.on('worker', (worker) => workers.push(worker))
    const embedder = await load()
    const vector = await embedder.embed('knight')
    const threads = workers.filter(({ threadId }) => threadId !== -1)
    console.log(threads.length, embedder.backend, vector.length)
    ${ending}
  }
  main()`

describe.each(['esm', 'cjs'] as const)('a process with a model, as %s', (format) => {
  let build: NodeBuild
  beforeAll(async () => {
    build = await buildNode(format)
  })
  afterAll(() => build.remove())

  const head =
    format === 'esm'
      ? `import { createEmbedder } from './node.js'`
      : `const { createEmbedder } = require('./node.js')`

  async function runScript(backend: BackendName, ending = ''): Promise<string> {
    writeFileSync(join(build.folder, 'script.js'), head + script(backends[backend], ending))
    return run('node', ['script.js'], build.folder)
  }

  describe.each(Object.keys(backends) as BackendName[])('on %s', (backend) => {
    test.each(Object.entries(endings))('the process ends with status 0 when %s', async (_, ending) => {
      expect(await runScript(backend, ending)).toBe(`1 ${backend} 64\n`)
    })

    test('a model runs on a worker thread if the code of the process is an argument', async () => {
      const inputType = format === 'esm' ? 'module' : 'commonjs'
      const code = head + script(backends[backend], '')
      const output = await run('node', [`--input-type=${inputType}`, '--eval', code], build.folder)
      expect(output).toBe(`1 ${backend} 64\n`)
    })
  })

  test("a model runs in the calling thread if the worker's file is missing", async () => {
    for (const name of ['ort-worker.node.js', 'engine-worker.node.js']) rmSync(join(build.folder, name))
    expect(await runScript('onnxruntime-node')).toBe('0 onnxruntime-node 64\n')
    expect(await runScript('bert-embed-engine')).toBe('0 bert-embed-engine 64\n')
  })

  test('without onnxruntime-node, a model runs on a worker thread of the engine by default', async () => {
    const withoutOrt = await buildNode(format, { withOrt: false })
    writeFileSync(join(withoutOrt.folder, 'script.js'), head + script({}, ''))
    expect(await run('node', ['script.js'], withoutOrt.folder)).toBe('1 bert-embed-engine 64\n')
    withoutOrt.remove()
  })
})
