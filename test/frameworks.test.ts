/** Installs the packed library next to the frameworks that it has adapters for, and runs small applications in them. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkpointPath, readFiles } from './support/fixtures.js'
import { type FakeHub, startHub } from './support/hub-server.js'
import { copyModel, environment, installConsumer, packLibrary, run } from './support/installed.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const template = join(root, 'test/consumers/frameworks')
const directory = mkdtempSync(join(tmpdir(), 'bert-embed-frameworks-'))
const apps = join(directory, 'apps')
const page = readFileSync(join(root, 'docs/frameworks.md'), 'utf8')
const blocks = Array.from(page.matchAll(/^```js\n(.*?)^```$/gms), ([, source]) => source!)

const needsChroma = (source: string) => source.includes('new ChromaClient()')
const needsLance = (source: string) => source.includes('@lancedb/lancedb')

/** LanceDB's binaries. `omit=optional` leaves them out, together with packages that nothing here needs. */
const lanceBinaries: Readonly<Record<string, string>> = {
  'darwin-arm64': '@lancedb/lancedb-darwin-arm64',
  'linux-arm64': '@lancedb/lancedb-linux-arm64-gnu',
  'linux-x64': '@lancedb/lancedb-linux-x64-gnu',
  'win32-x64': '@lancedb/lancedb-win32-x64-msvc',
}
const lanceBinary = lanceBinaries[`${process.platform}-${process.arch}`]

/** The model of the applications: it has prompts for queries and documents. */
const model = 'sentence-transformers-new'

let hub: FakeHub
beforeAll(async () => {
  const { dependencies } = JSON.parse(readFileSync(join(template, 'package.json'), 'utf8'))
  const binaries = lanceBinary ? { [lanceBinary]: dependencies['@lancedb/lancedb'] } : {}
  await installConsumer(template, apps, await packLibrary(directory), binaries)
  copyModel(checkpointPath(model), join(apps, 'model'))
  hub = await startHub({ 'sentence-transformers/all-MiniLM-L6-v2': readFiles(model) })
}, 300_000)
afterAll(async () => {
  await hub?.close()
  rmSync(directory, { recursive: true, force: true })
})

/** Compiles the applications, which are the tests of the types, once. */
let compiled: Promise<string> | undefined
async function runApplication(name: string, ...args: readonly string[]): Promise<unknown> {
  compiled ??= run('node', [join(root, 'node_modules/typescript/bin/tsc')], apps)
  await compiled
  return JSON.parse(await run('node', [`out/${name}.js`, ...args], apps))
}

/** Runs a block of the page against a Hub on loopback. */
async function runDocumented(source: string): Promise<string> {
  writeFileSync(join(apps, 'documented.mjs'), source)
  const settings = {
    HF_ENDPOINT: hub.endpoint,
    HF_HUB_CACHE: join(directory, 'cache'),
    HF_HUB_OFFLINE: '',
  }
  return run('node', ['documented.mjs'], apps, { ...environment, ...settings })
}

/** Starts Chroma's server, where the Python package chromadb has installed the command `chroma`. */
async function startChroma() {
  const isInstalled = await run('chroma', ['--version'], apps).then(
    () => true,
    () => false,
  )
  if (!isInstalled) return undefined
  const [host, port] = ['127.0.0.1', String(await freePort())]
  const args = ['run', '--path', join(directory, 'chroma'), '--host', host, '--port', port]
  const child = spawn('chroma', args, { stdio: 'ignore' })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill()
    await ended
  }
  const isReady = () =>
    fetch(`http://${host}:${port}/api/v2/heartbeat`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`chroma run ended with ${child.exitCode}.`)
    await setTimeout(50)
  }
  return { host, port, stop }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe('the adapters in applications whose types compile', () => {
  test("embed and embedMany of the AI SDK return the embedder's vectors, and its errors", async () => {
    expect(await runApplication('ai-sdk')).toEqual({
      one: true,
      many: true,
      wrapped: true,
      dimensions: true,
      tokens: true,
      empty: [0, 0],
      queries: true,
      queryTokens: true,
      documents: true,
      similarity: '1.000',
      registry: true,
      loaded: ['./model', './broken', './broken', './missing', './missing'],
      missing: ['no such model', 'no such model', 'MODEL_NOT_FOUND', 'MODEL_NOT_FOUND'],
      older: [true, true, true],
      olderProvider: true,
      aborted: 'changed my mind',
      abortedLoad: ['too late', 'changed my mind', 1],
      unsupported: ['AI_UnsupportedModelVersionError', 'AI_UnsupportedModelVersionError'],
      refused: 'INVALID_OPTION',
      bytes: ['INVALID_OPTION', 'INVALID_OPTION'],
      noEmbedder: 'INVALID_OPTION',
      noFunction: 'INVALID_OPTION',
      noResult: 'INVALID_OPTION',
      noLanguage: 'INVALID_OPTION',
      afterDisposal: 'DISPOSED',
    })
  })

  test("a vector store of LangChain holds the embedder's vectors, and ranks as the embedder does", async () => {
    expect(await runApplication('langchain')).toEqual({
      stored: true,
      ranking: true,
      scores: true,
      refused: 'INVALID_OPTION',
      afterDisposal: 'DISPOSED',
    })
  })

  test("an index of LlamaIndex ranks as the embedder does, with the embedder's vectors", async () => {
    expect(await runApplication('llamaindex')).toEqual({
      isEmbedding: true,
      ranking: true,
      scores: true,
      documents: true,
      document: true,
      query: true,
      image: null,
      refused: 'INVALID_OPTION',
      noClass: 'INVALID_OPTION',
      afterDisposal: 'DISPOSED',
    })
  })

  test.skipIf(!lanceBinary)(
    "a table of LanceDB holds the embedder's vectors, and finds its function again in another process",
    async () => {
      const uri = join(directory, 'lance')
      const config = { model: './model', normalize: true }
      expect(await runApplication('lancedb', uri, 'fill')).toEqual({
        isEmbeddingFunction: true,
        stored: ['bert-embed', config],
        vectors: [true, true],
        dimensions: true,
        direct: true,
        prompts: true,
        variable: [8, { model: '$var:model', truncateDim: 8 }],
        loaded: ['./model'],
        noText: 'INVALID_TEXT',
        missing: 'MODEL_NOT_FOUND',
        aborted: 'changed my mind',
        beforeInit: 'INVALID_OPTION',
        noModel: 'INVALID_OPTION',
        noClass: ['INVALID_OPTION', 'INVALID_OPTION'],
        noFunction: 'INVALID_OPTION',
      })
      expect(await runApplication('lancedb', uri, 'find')).toEqual({
        vectors: true,
        beforeTexts: [],
        ranking: true,
        distances: true,
        again: 1,
        added: true,
        loaded: ['./model'],
        afterDisposal: 'DISPOSED',
      })
    },
  )

  test("a database of Orama holds the embedder's vectors, and ranks as the embedder does", async () => {
    expect(await runApplication('orama')).toEqual({
      known: [1, 1],
      together: [1],
      ranking: true,
      scores: true,
      vectors: true,
      otherTerm: true,
      hybrid: [3, 'Stir the rice.'],
      fulltext: ['Stir the rice.'],
      byVector: 'Stir the rice.',
      updated: true,
      restored: [1, 0],
      refused: 'DOCUMENT_ID_MUST_BE_STRING',
      changedAfterFailure: true,
      noString: 'INVALID_TEXT',
      noTerm: 'INVALID_TEXT',
      noPlace: 'INVALID_OPTION',
      wrongSize: 'INVALID_OPTION',
      short: 'no error',
      noEmbedder: 'INVALID_OPTION',
      noText: 'INVALID_OPTION',
      noVector: 'INVALID_OPTION',
      afterDisposal: ['DISPOSED', 'DISPOSED', 'DISPOSED'],
    })
  })

  test("Chroma's client finds an embedding function by what it stores of it, and gets the embedder's vectors", async () => {
    const config = { model: './model', normalize: true }
    expect(await runApplication('chroma')).toEqual({
      stored: { type: 'known', name: 'bert-embed', config },
      beforeTexts: [],
      documents: true,
      queries: true,
      both: true,
      loaded: ['./model', './missing'],
      space: 'cosine',
      missing: 'MODEL_NOT_FOUND',
      noModel: 'INVALID_OPTION',
    })
  })

  test("a collection of a Chroma server holds the embedder's vectors, and finds its function again, as documented", async ({
    skip,
  }) => {
    const server = await startChroma()
    if (server === undefined)
      return skip('there is no command `chroma`, which the Python package chromadb installs')
    try {
      expect(await runApplication('chroma-server', server.host, server.port)).toEqual({
        loaded: ['./model'],
        space: 'cosine',
        stored: true,
        ranking: true,
        distances: true,
      })
      const client = `new ChromaClient({ host: '${server.host}', port: ${server.port} })`
      const [documented] = blocks.filter(needsChroma)
      expect(await runDocumented(documented!.replace('new ChromaClient()', client))).toContain('.')
    } finally {
      await server.stop()
    }
  })
})

describe('the package', () => {
  test.each(['ai-sdk', 'chroma', 'lancedb', 'langchain', 'llamaindex', 'orama'])(
    'bert-embed/%s loads from CommonJS',
    async (entry) => {
      const source = `console.log(Object.values(require('bert-embed/${entry}')).every((value) => typeof value === 'function'))`
      expect(await run('node', ['--input-type=commonjs', '--eval', source], apps)).toBe('true\n')
    },
  )
})

describe('docs/frameworks.md', () => {
  const alone = blocks.filter((source) => !needsChroma(source) && (lanceBinary || !needsLance(source)))
  test.each(alone)('block %# runs unchanged', async (source) => {
    await runDocumented(source)
  })

  test('names the versions that the tests install', () => {
    const { dependencies } = JSON.parse(readFileSync(join(template, 'package.json'), 'utf8'))
    for (const version of Object.values<string>(dependencies))
      expect(page).toContain(version.replace(/^npm:.*@/, ''))
  })
})
