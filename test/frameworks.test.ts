/** Installs the packed library next to the frameworks that it has adapters for, and runs small applications in them. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

/** The model of the applications: it has prompts for queries and documents. */
const model = 'sentence-transformers-new'

let hub: FakeHub
beforeAll(async () => {
  await installConsumer(template, apps, await packLibrary(directory))
  copyModel(checkpointPath(model), join(apps, 'model'))
  hub = await startHub({ 'sentence-transformers/all-MiniLM-L6-v2': readFiles(model) })
})
afterAll(async () => {
  await hub?.close()
  rmSync(directory, { recursive: true, force: true })
})

/** Compiles the applications, which are the tests of the types, once. */
let compiled: Promise<string> | undefined
async function runApplication(name: string): Promise<unknown> {
  compiled ??= run('node', [join(root, 'node_modules/typescript/bin/tsc')], apps)
  await compiled
  return JSON.parse(await run('node', [`out/${name}.js`], apps))
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
      v3: true,
      aborted: 'changed my mind',
      unsupported: 'AI_UnsupportedModelVersionError',
      refused: 'INVALID_OPTION',
      noEmbedder: 'INVALID_OPTION',
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
})

describe('the package', () => {
  test.each(['ai-sdk', 'langchain'])('bert-embed/%s loads from CommonJS', async (entry) => {
    const source = `console.log(Object.values(require('bert-embed/${entry}')).every((value) => typeof value === 'function'))`
    expect(await run('node', ['--input-type=commonjs', '--eval', source], apps)).toBe('true\n')
  })
})

describe('docs/frameworks.md', () => {
  test.each(blocks)('block %# runs unchanged', async (source) => {
    const file = join(apps, 'documented.mjs')
    writeFileSync(file, source)
    const env = {
      ...environment,
      HF_ENDPOINT: hub.endpoint,
      HF_HUB_CACHE: join(directory, 'cache'),
      HF_HUB_OFFLINE: '',
    }
    await run('node', [file], apps, env)
  })

  test('names the versions that the tests install', () => {
    const { dependencies } = JSON.parse(readFileSync(join(template, 'package.json'), 'utf8'))
    for (const version of Object.values<string>(dependencies))
      expect(page).toContain(version.replace(/^npm:.*@/, ''))
  })
})
