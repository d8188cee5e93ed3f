/** The Hugging Face cache on disk, which is shared with Python in both directions. */

import { randomUUID } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { pid } from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BertEmbedError } from '../../src/errors.js'
import { fileCache } from '../../src/sources/cache/file-cache.node.js'
import { withFileLock } from '../../src/sources/cache/file-lock.node.js'
import { hubSource } from '../../src/sources/hub/hub-source.js'
import { commit, type FakeHub, pathOf, startHub } from '../support/hub-server.js'

/** The model that scripts/hub-cache/compare_with_python.py downloads with Python. */
const files = {
  'config.json': new TextEncoder().encode('{}'),
  '1_Pooling/config.json': new TextEncoder().encode('{"pooling_mode": "cls"}'),
  'model.safetensors': Uint8Array.from({ length: 100_000 }, (_, i) => i % 251),
}

/** The contents of Python's cache with this model: the targets of links, and the contents of refs. */
const layout: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(fileURLToPath(new URL('../fixtures/hub-cache/layout.json', import.meta.url)), 'utf8'),
)

let hub: FakeHub
let cacheDir: string
beforeEach(async () => {
  hub = await startHub({ 'owner/name': files })
  cacheDir = mkdtempSync(join(tmpdir(), 'bert-embed-cache-'))
})
afterEach(async () => {
  await hub.close()
  rmSync(cacheDir, { recursive: true })
})

const model = (options = {}) =>
  hubSource('owner/name', { endpoint: hub.endpoint, cache: fileCache(cacheDir), retryDelayMs: 1, ...options })
const folder = () => join(cacheDir, 'models--owner--name')
const snapshot = (path = '') => join(folder(), 'snapshots', commit, path)

async function openAll(source = model()): Promise<void> {
  for (const path of [...Object.keys(files), 'modules.json']) await source.open(path)
  await source.complete!()
}

/** Lists the contents of the cache, without locks, in the same form. */
function layoutOf(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name)
      const name = relative(directory, path).replaceAll('\\', '/')
      if (entry.isSymbolicLink()) return [name, `-> ${readlinkSync(path)}`]
      return [name, name.includes('/refs/') ? readFileSync(path, 'utf8') : `${lstatSync(path).size} bytes`]
    })
  return Object.fromEntries(entries.filter(([name]) => name.startsWith('models--')).sort())
}

describe('the Hugging Face cache', () => {
  test('the cache has the same layout as in Python', async () => {
    await openAll()
    expect(layoutOf(cacheDir)).toEqual(layout)
  })

  test('a cache written by Python works without a network', async () => {
    for (const [name, content] of Object.entries(layout)) {
      const path = join(cacheDir, name)
      mkdirSync(dirname(path), { recursive: true })
      if (content.startsWith('-> ')) symlinkSync(content.slice(3), path)
      else
        writeFileSync(path, name.includes('/refs/') ? content : new Uint8Array(Number.parseInt(content, 10)))
    }
    const source = model({ offline: true })
    for (const [path, bytes] of Object.entries(files))
      expect(await source.open(path)).toMatchObject({ byteLength: bytes.byteLength })
    expect(await source.open('modules.json')).toBeUndefined()
    expect(hub.requests).toEqual([])
  })

  test('a missing file is told from one that was never downloaded, which is an error OFFLINE', async () => {
    await model().open('config.json')
    await model().open('modules.json')
    const source = model({ offline: true })
    expect(await source.open('config.json')).toMatchObject({ byteLength: 2 })
    expect(await source.open('modules.json')).toBeUndefined()
    for (const path of ['model.safetensors', 'vocab.txt'])
      await expect(source.open(path)).rejects.toMatchObject({
        code: 'OFFLINE',
        message: expect.stringContaining(path),
      })
  })

  test("Python's list of a whole snapshot tells which files are missing", async () => {
    await model().open('config.json')
    mkdirSync(join(folder(), 'trees'))
    const tree = {
      format_version: 1,
      files: { 'config.json': { size: 2 }, 'model.safetensors': { size: 1 } },
    }
    writeFileSync(join(folder(), 'trees', `${commit}.json`), JSON.stringify(tree))
    const source = model({ offline: true })
    expect(await source.open('modules.json')).toBeUndefined()
    await expect(source.open('model.safetensors')).rejects.toMatchObject({ code: 'OFFLINE' })
  })

  test('a commit whose files are cached needs no requests', async () => {
    await openAll()
    hub.requests.length = 0
    const source = model({ revision: commit })
    for (const path of [...Object.keys(files), 'modules.json']) await source.open(path)
    expect(hub.requests).toEqual([])
  })

  test('a revision stays at its old commit until the new one is complete', async () => {
    const old = 'f'.repeat(40)
    mkdirSync(join(folder(), 'refs'), { recursive: true })
    writeFileSync(join(folder(), 'refs', 'main'), old)
    const source = model()
    await source.open('config.json')
    expect(readFileSync(join(folder(), 'refs', 'main'), 'utf8')).toBe(old)
    await source.complete!()
    expect(readFileSync(join(folder(), 'refs', 'main'), 'utf8')).toBe(commit)
  })

  test('cached files work without retries while the server is unavailable', async () => {
    await openAll()
    hub.requests.length = 0
    hub.intercept = (_, response) => {
      response.writeHead(503).end()
      return true
    }
    expect(await model({ retryDelayMs: 1e9 }).open('config.json')).toMatchObject({ byteLength: 2 })
    expect(hub.requests).toHaveLength(1)
  })

  test.each([
    ['shortened', 'model.safetensors', (path: string) => truncateSync(path, 5)],
    ['changed', 'config.json', (path: string) => writeFileSync(path, '[]')],
  ])('a cached file that was %s is downloaded again', async (_, path, damage) => {
    await openAll()
    damage(snapshot(path))
    const file = await model().open(path)
    const expected = files[path as keyof typeof files]
    expect(Buffer.compare(await file!.read(0, file!.byteLength), expected)).toBe(0)
  })

  test('a file that two revisions share is downloaded once', async () => {
    await model().open('model.safetensors')
    hub.requests.length = 0
    const next = 'a'.repeat(40)
    hub.intercept = (request, response) => {
      if (!pathOf(request).startsWith('/api/')) return false
      const blob = readdirSync(join(folder(), 'blobs')).find((name) => name.length === 64)
      const siblings = [{ rfilename: 'model.safetensors', size: 100_000, lfs: { sha256: blob } }]
      response.end(JSON.stringify({ sha: next, siblings }))
      return true
    }
    expect(await model().open('model.safetensors')).toMatchObject({ byteLength: 100_000 })
    expect(hub.requests.filter((path) => path.includes('/resolve/'))).toEqual([])
  })

  test('snapshots contain the files themselves without symbolic links', async () => {
    const source = model({ cache: fileCache(cacheDir, { symlinks: false }) })
    await openAll(source)
    expect(lstatSync(snapshot('model.safetensors')).isFile()).toBe(true)
    expect(readdirSync(join(folder(), 'blobs'))).toEqual([])
    const file = await model({ offline: true }).open('model.safetensors')
    expect(file!.byteLength).toBe(100_000)
  })

  test('a mirror may list only the names of the files', async () => {
    hub.intercept = (request, response) => {
      if (!pathOf(request).startsWith('/api/')) return false
      const siblings = Object.keys(files).map((rfilename) => ({ rfilename }))
      response.end(JSON.stringify({ sha: commit, siblings }))
      return true
    }
    await openAll()
    expect(readFileSync(snapshot('model.safetensors')).equals(files['model.safetensors'])).toBe(true)
  })

  test('a read-only cache works', async () => {
    await openAll()
    rmSync(join(folder(), 'refs'), { recursive: true })
    const refuse = async () => {
      throw new BertEmbedError('CACHE_FAILED', 'The disk is read-only.')
    }
    const cache = { ...fileCache(cacheDir), store: refuse, writeVersion: refuse, markAbsent: refuse }
    const source = model({ cache })
    expect(await source.open('config.json')).toMatchObject({ byteLength: 2 })
    expect(await source.open('vocab.txt')).toBeUndefined()
    await source.complete!()
  })
})

describe('withFileLock', () => {
  const lock = () => join(cacheDir, 'x.lock')

  test('the lock admits one holder at a time, and is removed afterwards', async () => {
    let working = 0
    let maxWorking = 0
    const work = async () => {
      maxWorking = Math.max(maxWorking, ++working)
      await new Promise(setImmediate)
      working--
    }
    await Promise.all(Array.from({ length: 4 }, () => withFileLock(lock(), work)))
    expect(maxWorking).toBe(1)
    expect(existsSync(lock())).toBe(false)
  })

  test('the lock of a process that has ended is taken over', async () => {
    // The highest possible process id is far below this number.
    writeFileSync(lock(), [hostname(), 2 ** 30, randomUUID()].join('\n'))
    expect(await withFileLock(lock(), async () => 'done')).toBe('done')
  })

  test('the lock of another machine without a heartbeat is taken over after staleMs', async () => {
    writeFileSync(lock(), ['elsewhere', pid, randomUUID()].join('\n'))
    expect(await withFileLock(lock(), async () => 'done', { staleMs: 1 })).toBe('done')
  })

  test('aborting a call ends its wait for the lock', async () => {
    await withFileLock(lock(), async () => {
      const signal = AbortSignal.abort(new Error('enough'))
      await expect(withFileLock(lock(), async () => {}, { signal })).rejects.toThrow('enough')
    })
  })
})
