/** The package as users install it: packed, installed into empty folders, imported. `npm test` builds it first. */

import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { largestDifference, smallCheckpoint } from './support/fixtures.js'
import { packLibrary, run } from './support/installed.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'bert-embed-package-'))
const consumer = join(directory, 'consumer')
const typeScript = join(root, 'node_modules/typescript/bin/tsc')
const withoutPeer = join(directory, 'without-peer')
const ortVersion = JSON.parse(
  readFileSync(join(root, 'node_modules/onnxruntime-node/package.json'), 'utf8'),
).version

/** Runs a module in the consumer's folder and returns its output. */
async function runScript(name: string, source: string, cwd = consumer): Promise<string> {
  writeFileSync(join(cwd, name), source)
  return (await run('node', [name], cwd)).trim()
}

let tarball: string
beforeAll(async () => {
  tarball = await packLibrary(directory)
  const install = async (folder: string, ...packages: string[]) => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], folder)
  }
  await install(withoutPeer, tarball)
  await install(consumer, tarball, `onnxruntime-node@${ortVersion}`)
  cpSync(smallCheckpoint, join(consumer, 'model'), { recursive: true })
}, 300_000)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** The versions of onnxruntime-node, by folder, that npm would install next to a package that depends on `version`. */
async function installedBeside(version: string): Promise<Record<string, string>> {
  const folder = join(directory, `beside-${version}`)
  mkdirSync(join(folder, 'other'), { recursive: true })
  const other = { name: 'other', version: '1.0.0', dependencies: { 'onnxruntime-node': version } }
  writeFileSync(join(folder, 'other/package.json'), JSON.stringify(other))
  const dependencies = { other: 'file:other', 'bert-embed': `file:${tarball}` }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const flags = ['--package-lock-only', '--install-links', '--prefer-offline', '--no-audit', '--no-fund']
  await run('npm', ['install', ...flags], folder)
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>
  }
  const found = Object.entries(packages).filter(([path]) => path.endsWith('/onnxruntime-node'))
  return Object.fromEntries(found.map(([path, { version }]) => [path, version]))
}

const print = `.then((vector) => console.log(vector.length, Math.hypot(...vector).toFixed(4)))`

describe('the repository', () => {
  const examples = readdirSync(join(root, 'examples')).map((name) => `examples/${name}`)
  const folders = ['.', 'bench', ...examples].filter((folder) =>
    existsSync(join(root, folder, 'package.json')),
  )

  test.each(folders)('npm knows every setting of the .npmrc in %s', async (folder) => {
    const shell = process.platform === 'win32'
    const cwd = join(root, folder)
    const { stderr } = await promisify(execFile)('npm', ['prefix', '--no-update-notifier'], { cwd, shell })
    expect(stderr).toBe('')
  })

  test.each(folders)('%s has no pre or post script, which npm skips with ignore-scripts', (folder) => {
    const { scripts = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    const skipped = Object.keys(scripts).filter(
      (name) => /^(?:pre|post)/.test(name) && name.replace(/^(?:pre|post)/, '') in scripts,
    )
    expect(skipped).toEqual([])
  })
})

describe('the installed package', () => {
  test('the package embeds from an ES module, and the process exits without dispose()', async () => {
    const source = `import { embed } from 'bert-embed'
await embed('knight', { model: './model', normalize: true })${print}`
    expect(await runScript('esm.mjs', source)).toBe('64 1.0000')
  })

  test('the package embeds from CommonJS', async () => {
    const source = `const { embed } = require('bert-embed')
embed('knight', { model: './model', normalize: true })${print}`
    expect(await runScript('commonjs.cjs', source)).toBe('64 1.0000')
  })

  test('the entries share their error classes and functions', async () => {
    const source = `import * as index from 'bert-embed'
import * as core from 'bert-embed/core'
import * as node from 'bert-embed/node'
import * as web from 'bert-embed/web'
const has = (entry, names, other) => names.every((name) => entry[name] === other[name])
const calls = ['createEmbedder', 'disposeEmbedders', 'embed']
const shared = Object.keys(index).filter((name) => !calls.includes(name))
console.log(has(core, shared, index), has(node, Object.keys(index), index), has(web, shared, index))
console.log([node, web].every((entry) => has(entry, Object.keys(core), core)), calls.every((name) => !(name in core)))`
    expect(await runScript('entries.mjs', source)).toBe('true true true\ntrue true')
  })

  test('every CommonJS build loads in Node, the ones for the Web too', async () => {
    const source = `const entries = ['bert-embed', 'bert-embed/core', 'bert-embed/node', 'bert-embed/web']
console.log(entries.every((entry) => typeof require(entry).meanPooling === 'function'))
console.log(typeof require('./node_modules/bert-embed/dist/index.cjs').embed)`
    expect(await runScript('builds.cjs', source)).toBe('true\nfunction')
  })

  test('the main entry exports what most applications need and nothing else', async () => {
    const source = `console.log(Object.keys(await import('bert-embed')).join(' '))`
    expect((await runScript('names.mjs', source)).split(' ')).toEqual([
      'ArgumentRangeError',
      'ArgumentTypeError',
      'BertEmbedError',
      'clsPooling',
      'cosineSimilarity',
      'createEmbedder',
      'defaultModel',
      'disposeEmbedders',
      'embed',
      'embeddingRanges',
      'l2Normalize',
      'meanPooling',
      'memorySource',
      'pool',
      'quantizeEmbeddings',
      'semanticSearch',
      'similarityMatrix',
      'truncateEmbeddings',
      'wrapTokenizer',
    ])
  })

  test('all builds of the main entry have the same types', () => {
    type Portable = typeof import('../src/index.js')
    expectTypeOf<Portable>().toEqualTypeOf<typeof import('../src/index.node.js')>()
    expectTypeOf<Portable>().toEqualTypeOf<typeof import('../src/index.workerd.js')>()
  })

  test('the builds of the main entry for the Web and for Node export the same names', async () => {
    const source = `import * as portable from './node_modules/bert-embed/dist/index.js'
import * as node from './node_modules/bert-embed/dist/index.node.js'
console.log(Object.keys(portable).join() === Object.keys(node).join())`
    expect(await runScript('builds.mjs', source)).toBe('true')
  })

  test('engineBackend() runs the kernels of bert-embed/engine.wasm that were compiled elsewhere', async () => {
    const source = `import { createEmbedder, engineBackend, memorySource } from 'bert-embed/web'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
const module = await WebAssembly.compile(readFileSync(fileURLToPath(import.meta.resolve('bert-embed/engine.wasm'))))
const names = ['config.json', 'tokenizer.json', 'model.safetensors']
const read = (name) => [name, readFileSync('./model/' + name)]
const options = { model: memorySource(Object.fromEntries(names.map(read))), backend: engineBackend({ module }) }
const embedder = await createEmbedder(options)
console.log((await embedder.embed('knight')).length)`
    writeFileSync(join(consumer, 'compiled.mjs'), source)
    // The file has relaxed SIMD, which Node 20 has behind a flag only.
    const node22 = ['exec', '--yes', '--package=node@22', '--', 'node', 'compiled.mjs']
    expect((await run('npm', node22, consumer)).trim()).toBe('64')
  })

  test.each(['bert-embed', 'bert-embed/node', 'bert-embed/web'])(
    '%s embeds without further packages, as with onnxruntime-node',
    async (entry) => {
      const source = `import { createEmbedder, memorySource } from '${entry}'
import { readFileSync } from 'node:fs'
const names = ['config.json', 'tokenizer.json', 'model.safetensors']
const read = (name) => [name, readFileSync(${JSON.stringify(join(consumer, 'model'))} + '/' + name)]
const embedder = await createEmbedder({ model: memorySource(Object.fromEntries(names.map(read))) })
console.log(JSON.stringify([embedder.backend, ...await embedder.embed('knight')]))
await embedder.dispose()`
      const [backend, ...vector] = JSON.parse(await runScript('alone.mjs', source, withoutPeer))
      expect(backend).toBe('bert-embed-engine')
      const withPeer = `import { embed } from 'bert-embed'
console.log(JSON.stringify([...await embed('knight', { model: './model' })]))`
      const expected = JSON.parse(await runScript('with-peer.mjs', withPeer)) as number[]
      expect(largestDifference(vector, expected)).toBeLessThan(1e-5)
    },
  )

  test.each([
    ['bert-embed/node', 'nodeBackend', 'onnxruntime-node'],
    ['bert-embed/web', 'webBackend', 'onnxruntime-web'],
  ])('%s reports for %s() that %s is missing, and how to install it', async (entry, factory, peer) => {
    expect(existsSync(join(withoutPeer, 'node_modules', peer))).toBe(false)
    const source = `import { createEmbedder, memorySource, ${factory} } from '${entry}'
import { readFileSync } from 'node:fs'
const names = ['config.json', 'tokenizer.json', 'model.safetensors']
const read = (name) => [name, readFileSync(${JSON.stringify(join(consumer, 'model'))} + '/' + name)]
await createEmbedder({ model: memorySource(Object.fromEntries(names.map(read))), backend: ${factory}() })
  .catch(({ code, message, cause }) => console.log(code, message.includes('npm install ${peer}'), message.includes(cause.message)))`
    expect(await runScript('missing.mjs', source, withoutPeer)).toBe('MISSING_PEER true true')
  })

  test('the command bert-embed runs without further packages, with the licences of what it holds', async () => {
    const model = join(consumer, 'model')
    const out = await run(
      'npx',
      ['--no-install', 'bert-embed', 'similarity', '-m', model, 'a', 'b'],
      withoutPeer,
    )
    expect(out).toMatch(/^( |-)[01]\.\d{4} {2}b\n$/)
    const folder = join(withoutPeer, 'node_modules/bert-embed')
    const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    expect(Object.keys(dependencies)).toEqual(['@huggingface/tokenizers', 'onnxruntime-common'])
    const licenses = readFileSync(join(folder, 'dist/cli/THIRD-PARTY-LICENSES.txt'), 'utf8')
    const names = Array.from(licenses.matchAll(/^(\S+) \d+\.\d+\.\d+ \(/gm), ([, name]) => name)
    expect(names).toEqual(expect.arrayContaining(['commander', 'csv-parse', 'hyparquet', 'picocolors']))
  })

  test("npm installs one onnxruntime-node when another package's version is new enough", async () => {
    expect(await installedBeside('1.24.3')).toEqual({ 'node_modules/onnxruntime-node': '1.24.3' })
  })

  test("npm installs a second onnxruntime-node when another package's version is too old", async () => {
    expect(await installedBeside('1.21.0')).toMatchObject({
      'node_modules/other/node_modules/onnxruntime-node': '1.21.0',
    })
  })

  test('the error about a missing model says whether the directory or the network is missing', async () => {
    const source = `import { createEmbedder } from 'bert-embed'
for (const model of ['./no-such-folder', 'owner/no-such-model'])
  await createEmbedder({ model, cacheDir: './empty' }).catch((error) => console.log(error.code))`
    expect(await runScript('absent.mjs', source)).toBe('MODEL_NOT_FOUND\nOFFLINE')
  })

  test.each(['node16', 'bundler'])(
    'the types compile strictly under moduleResolution %s, libraries checked',
    async (resolution) => {
      const source = `import { createEmbedder, embed, meanPooling, type Embedder, type Tensor } from 'bert-embed'
import { loadEmbedder, memorySource } from 'bert-embed/core'
import { nodeBackend } from 'bert-embed/node'
import { webBackend } from 'bert-embed/web'
const one: Float32Array = await embed('text')
const many: Float32Array[] = await embed(['text'], { pooling: ['cls', 'mean'], normalize: true })
const embedder: Embedder = await createEmbedder({ pooling: 'cls', token: undefined })
const { lastHiddenState, attentionMask } = await embedder.forward('text')
const pooled: Tensor<'float32'> = meanPooling(lastHiddenState, attentionMask)
// @ts-expect-error an unknown pooling
await embed('text', { pooling: 'median' })
// @ts-expect-error one text gives one vector
const wrong: Float32Array[] = await embed('text')
export { one, many, pooled, wrong }
export const loaded = [loadEmbedder(memorySource({}), nodeBackend()), loadEmbedder(memorySource({}), webBackend())]
`
      writeFileSync(join(consumer, 'types.mts'), source)
      const compilerOptions = {
        noEmit: true,
        strict: true,
        exactOptionalPropertyTypes: true,
        target: 'es2022',
        lib: ['es2022', 'dom'],
        types: [],
        module: resolution === 'node16' ? 'node16' : 'esnext',
        moduleResolution: resolution,
      }
      writeFileSync(
        join(consumer, 'tsconfig.json'),
        JSON.stringify({ compilerOptions, files: ['types.mts'] }),
      )
      await run('node', [typeScript], consumer)
    },
  )

  test('an application compiles under moduleResolution node10 for CommonJS, libraries checked, and runs', async () => {
    const source = `import { createEmbedder, type Embedder } from 'bert-embed'
import { cosineSimilarity, memorySource } from 'bert-embed/core'
import { nodeBackend } from 'bert-embed/node'
import { webBackend } from 'bert-embed/web'
async function main(): Promise<void> {
  const embedder: Embedder = await createEmbedder({ model: './model', backend: nodeBackend({ worker: false }) })
  const [first, second]: Float32Array[] = await embedder.embed(['knight', 'knight'])
  console.log(cosineSimilarity(first, second).toFixed(4), webBackend().name, typeof memorySource({}).open)
  // @ts-expect-error an unknown pooling
  await embedder.embed('text', { pooling: 'median' }).catch(({ code }) => console.log(code))
}
main()
`
    const folder = join(consumer, 'node10')
    mkdirSync(folder)
    writeFileSync(join(folder, 'app.ts'), source)
    const compilerOptions = {
      strict: true,
      target: 'es2020',
      lib: ['es2020', 'dom'],
      types: [],
      module: 'commonjs',
      moduleResolution: 'node10',
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }))
    await run('node', [typeScript, '-p', 'node10'], consumer)
    expect(await run('node', ['node10/app.js'], consumer)).toBe(
      '1.0000 onnxruntime-web function\nINVALID_OPTION\n',
    )
  })
})
