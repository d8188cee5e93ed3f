/** Applications bundled by esbuild for Node, and the thread on which their models run. */

import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smallCheckpoint } from '../support/fixtures.js'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'bert-embed-bundle-'))

const application = `import { embed } from 'bert-embed'
const workers = []
process.on('worker', (worker) => workers.push(worker))
const model = ${JSON.stringify(smallCheckpoint)}
const [, , device] = process.argv
const main = async () => {
  for (const threads of [1, 2]) await embed('knight', { model, device, threads })
  console.log(workers.filter(({ threadId }) => threadId !== -1).length)
}
main()`

beforeAll(() => {
  mkdirSync(join(directory, 'node_modules'))
  symlinkSync(root, join(directory, 'node_modules/bert-embed'), 'junction')
  symlinkSync(
    join(root, 'node_modules/onnxruntime-node'),
    join(directory, 'node_modules/onnxruntime-node'),
    'junction',
  )
  writeFileSync(join(directory, 'app.js'), application)
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** What runs the models, by their device in Node. */
const backends = [
  { name: 'onnxruntime-node', device: 'cpu', file: 'ort-worker.node', entry: 'bert-embed/worker' },
  { name: 'the engine', device: 'wasm', file: 'engine-worker.node', entry: 'bert-embed/engine-worker' },
]
const cases = (['esm', 'cjs'] as const).flatMap((format) =>
  backends.map((backend) => ({ format, ...backend })),
)

describe.each(cases)(
  'an application bundled by esbuild, as $format, on $name',
  ({ format, device, file, entry }) => {
    /** Bundles the application with further entries, and runs it. */
    async function runBundle(entries: Readonly<Record<string, string>>) {
      const outdir = mkdtempSync(join(directory, 'out-'))
      writeFileSync(
        join(outdir, 'package.json'),
        JSON.stringify({ type: format === 'esm' ? 'module' : 'commonjs' }),
      )
      await build({
        absWorkingDir: directory,
        entryPoints: { app: 'app.js', ...entries },
        outdir,
        bundle: true,
        format,
        platform: 'node',
        external: ['onnxruntime-node'],
        logLevel: 'error',
      })
      const { stdout, stderr } = await execute('node', ['app.js', device], { cwd: outdir })
      return {
        threads: Number(stdout),
        warnings: stderr.match(/\[BERT_EMBED_\w+\]|out-\w+.\w+-worker\.node\.js/g) ?? [],
      }
    }

    test('a bundled model runs on a worker thread if the worker is a second entry', async () => {
      expect(await runBundle({ [file]: entry })).toEqual({ threads: 2, warnings: [] })
    })

    test('a bundle of one file warns once that its model runs in the main thread', async () => {
      const { threads, warnings } = await runBundle({})
      expect(threads).toBe(0)
      expect(warnings).toEqual(['[BERT_EMBED_NO_WORKER]', expect.stringContaining(`${file}.js`)])
    })
  },
)
