/** Tests of `ModelSource.derive`: making files from a model's files, and caching them. */

import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BertEmbedError } from '../../src/errors.js'
import { fileCache } from '../../src/sources/cache/file-cache.node.js'
import type { ModelCache } from '../../src/sources/cache/model-cache.js'
import { directorySource } from '../../src/sources/directory.node.js'
import { hubSource } from '../../src/sources/hub/hub-source.js'
import type { Derivation, ModelSource } from '../../src/sources/model-source.js'
import { subfolderSource } from '../../src/sources/subfolder.js'
import { urlSource } from '../../src/sources/url.js'
import { type FakeHub, pathOf, startHub } from '../support/hub-server.js'

const content = new TextEncoder().encode('don quixote')

/** Creates a derivation that converts text to capitals, and counts how often it ran. */
function capitals() {
  const made = { times: 0 }
  const derivation: Derivation = {
    name: 'capitals-1',
    async make(original) {
      made.times++
      async function* chunks() {
        const bytes = await original.read(0, original.byteLength)
        yield new TextEncoder().encode(new TextDecoder().decode(bytes).toUpperCase())
      }
      return { byteLength: original.byteLength, chunks: chunks() }
    },
    accept: async (kept) => new TextDecoder().decode(await kept.read(0, kept.byteLength)).startsWith('DON'),
  }
  return { made, derivation }
}

async function derive(source: ModelSource, derivation: Derivation, path = 'weights') {
  const file = await source.derive!(path, derivation)
  return file && new TextDecoder().decode(await file.read(0, file.byteLength))
}

/** Lists the paths of all files below a folder. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

let folder: string
let hub: FakeHub

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bert-embed-'))
  hub = await startHub({ 'la-mancha/quixote': { weights: content, '0_Part/weights': content } })
  hub.intercept = (_, response) => {
    response.setHeader('etag', '"1"')
    return false
  }
})

afterEach(async () => {
  await hub.close()
  await rm(folder, { recursive: true })
})

const sources: readonly (readonly [
  string,
  (cache: ModelCache | undefined, offline?: boolean) => ModelSource,
])[] = [
  ['hub', (cache, offline) => hubSource('la-mancha/quixote', { endpoint: hub.endpoint, cache, offline })],
  ['url', (cache, offline) => urlSource(`${hub.endpoint}/files`, { cache, offline })],
]

describe.each(sources)('derive of the source %s', (_, createSource) => {
  test('a derived file is made once, and is available without a network', async () => {
    const { made, derivation } = capitals()
    const cache = fileCache(folder)
    for (const offline of [false, false, true])
      expect(await derive(createSource(cache, offline), derivation)).toBe('DON QUIXOTE')
    expect(made.times).toBe(1)
  })

  test('only the derived file is stored, not the original', async () => {
    await derive(createSource(fileCache(folder)), capitals().derivation)
    const texts = await Promise.all((await filesIn(folder)).map((path) => readFile(path, 'utf8')))
    expect(texts).toContain('DON QUIXOTE')
    expect(texts).not.toContain('don quixote')
  })

  test('a derived file is made from the cached original without a download', async () => {
    const source = createSource(fileCache(folder))
    await source.open('weights')
    await hub.close()
    hub.requests.length = 0
    const offline = createSource(fileCache(folder), true)
    expect(await derive(offline, capitals().derivation)).toBe('DON QUIXOTE')
  })

  test('a derived file is made again if the cached one is damaged', async () => {
    const { made, derivation } = capitals()
    const cache = fileCache(folder)
    await derive(createSource(cache), derivation)
    for (const path of await filesIn(folder))
      if ((await readFile(path, 'utf8')) === 'DON QUIXOTE') await writeFile(path, 'SANCHO')
    expect(await derive(createSource(cache), derivation)).toBe('DON QUIXOTE')
    expect(await derive(createSource(cache), derivation)).toBe('DON QUIXOTE')
    expect(made.times).toBe(2)
  })

  test('a derived file stays in memory without a cache, and if the cache cannot be written', async () => {
    const { made, derivation } = capitals()
    expect(await derive(createSource(undefined), derivation)).toBe('DON QUIXOTE')
    const full: ModelCache = {
      ...fileCache(folder),
      async store(_, chunksFrom) {
        for await (const _chunk of chunksFrom(0))
          throw new BertEmbedError('CACHE_FAILED', 'The disk is full.')
        throw new Error('nothing to store')
      },
    }
    expect(await derive(createSource(full), derivation)).toBe('DON QUIXOTE')
    expect(made.times).toBe(3)
  })

  test('derive returns undefined if the original does not exist', async () => {
    const { made, derivation } = capitals()
    const source = createSource(fileCache(folder))
    expect(await derive(source, derivation, 'absent')).toBeUndefined()
    expect(await derive(source, derivation, 'absent')).toBeUndefined()
    expect(made.times).toBe(0)
  })

  test('a file in a folder of the model can be derived', async () => {
    const cache = fileCache(folder)
    const { made, derivation } = capitals()
    for (let i = 0; i < 2; i++)
      expect(await derive(subfolderSource(createSource(cache), '0_Part'), derivation)).toBe('DON QUIXOTE')
    expect(made.times).toBe(1)
  })

  test('a derived file is not stored if making it fails', async () => {
    const { derivation } = capitals()
    const failing: Derivation = {
      ...derivation,
      async make(original) {
        async function* chunks() {
          yield await original.read(0, 3)
          throw new BertEmbedError('INVALID_WEIGHTS', 'broken')
        }
        return { byteLength: original.byteLength, chunks: chunks() }
      },
    }
    const cache = fileCache(folder)
    await expect(derive(createSource(cache), failing)).rejects.toMatchObject({ code: 'INVALID_WEIGHTS' })
    expect(await derive(createSource(cache), derivation)).toBe('DON QUIXOTE')
  })
})

test('a file derived from a URL is made again when the original changes on the server', async () => {
  const { made, derivation } = capitals()
  const source = urlSource(`${hub.endpoint}/files`, { cache: fileCache(folder) })
  await derive(source, derivation)
  hub.intercept = (request, response) => {
    if (!pathOf(request).endsWith('/weights')) return false
    response.setHeader('etag', '"2"').end('don juan')
    return true
  }
  expect(await derive(source, derivation)).toBe('DON JUAN')
  expect(made.times).toBe(2)
})

test('a file derived from a URL is never stored if the server sends no version', async () => {
  const { made, derivation } = capitals()
  hub.intercept = () => false
  const source = urlSource(`${hub.endpoint}/files`, { cache: fileCache(folder) })
  for (let i = 0; i < 2; i++) expect(await derive(source, derivation)).toBe('DON QUIXOTE')
  expect(made.times).toBe(2)
})

describe('derive of a directory', () => {
  let model: string

  beforeEach(async () => {
    model = await mkdtemp(join(tmpdir(), 'bert-embed-model-'))
    await writeFile(join(model, 'weights'), content)
  })
  afterEach(() => rm(model, { recursive: true }))

  test('a file derived from a directory is made once, and again after the original was written', async () => {
    const { made, derivation } = capitals()
    const source = directorySource(model, { cache: fileCache(folder) })
    for (let i = 0; i < 2; i++) expect(await derive(source, derivation)).toBe('DON QUIXOTE')
    expect(made.times).toBe(1)
    await writeFile(join(model, 'weights'), 'don quijote')
    await utimes(join(model, 'weights'), 1, 1)
    expect(await derive(source, derivation)).toBe('DON QUIJOTE')
  })

  test("deriving a file never writes to the model's directory", async () => {
    await derive(directorySource(model, { cache: fileCache(folder) }), capitals().derivation)
    expect(await readdir(model)).toEqual(['weights'])
  })

  test('files derived from two directories are cached separately', async () => {
    const other = await mkdtemp(join(tmpdir(), 'bert-embed-model-'))
    await writeFile(join(other, 'weights'), 'don giovann')
    const cache = fileCache(folder)
    const { derivation } = capitals()
    for (const path of [model, other]) await utimes(join(path, 'weights'), 1, 1)
    expect(await derive(directorySource(model, { cache }), derivation)).toBe('DON QUIXOTE')
    expect(await derive(directorySource(other, { cache }), derivation)).toBe('DON GIOVANN')
    await rm(other, { recursive: true })
  })

  test('a file derived from a directory stays in memory without a cache', async () => {
    expect(await derive(directorySource(model), capitals().derivation)).toBe('DON QUIXOTE')
  })
})
