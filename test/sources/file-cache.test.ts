/** The Hugging Face cache on disk: what Python wrote in it is read, and what is written in it Python finds. */

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

/** The model that scripts/hub-cache/compare_with_python.py has Python download. */
const files = {
  'config.json': new TextEncoder().encode('{}'),
  '1_Pooling/config.json': new TextEncoder().encode('{"pooling_mode": "cls"}'),
  'model.safetensors': Uint8Array.from({ length: 100_000 }, (_, i) => i % 251),
}

/** What Python's cache holds of it: links by where they point, refs by what they say. */
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

/** Everything in the cache but locks. */
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
  test('is laid out as Python lays it out', async () => {
    await openAll()
    expect(layoutOf(cacheDir)).toEqual(layout)
  })

  test('that Python has written gives its files without a network', async () => {
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

  test('tells a file that the model does not have from one that was never downloaded', async () => {
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

  test('knows from the list that Python keeps of a whole snapshot what there is not', async () => {
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

  test('asks no network for a commit whose files are there', async () => {
    await openAll()
    hub.requests.length = 0
    const source = model({ revision: commit })
    for (const path of [...Object.keys(files), 'modules.json']) await source.open(path)
    expect(hub.requests).toEqual([])
  })

  test('keeps a revision at its old commit until all of the new one is there', async () => {
    const old = 'f'.repeat(40)
    mkdirSync(join(folder(), 'refs'), { recursive: true })
    writeFileSync(join(folder(), 'refs', 'main'), old)
    const source = model()
    await source.open('config.json')
    expect(readFileSync(join(folder(), 'refs', 'main'), 'utf8')).toBe(old)
    await source.complete!()
    expect(readFileSync(join(folder(), 'refs', 'main'), 'utf8')).toBe(commit)
  })

  test('works from what is there while the server is in trouble, without waiting for it', async () => {
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
  ])('notices a file that was %s, and downloads it again', async (_, path, damage) => {
    await openAll()
    damage(snapshot(path))
    const file = await model().open(path)
    const expected = files[path as keyof typeof files]
    expect(Buffer.compare(await file!.read(0, file!.byteLength), expected)).toBe(0)
  })

  test('downloads once what two revisions share', async () => {
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

  test('holds the files themselves where there are no links', async () => {
    const source = model({ cache: fileCache(cacheDir, { symlinks: false }) })
    await openAll(source)
    expect(lstatSync(snapshot('model.safetensors')).isFile()).toBe(true)
    expect(readdirSync(join(folder(), 'blobs'))).toEqual([])
    const file = await model({ offline: true }).open('model.safetensors')
    expect(file!.byteLength).toBe(100_000)
  })

  test('takes files from a mirror that lists names only', async () => {
    hub.intercept = (request, response) => {
      if (!pathOf(request).startsWith('/api/')) return false
      const siblings = Object.keys(files).map((rfilename) => ({ rfilename }))
      response.end(JSON.stringify({ sha: commit, siblings }))
      return true
    }
    await openAll()
    expect(readFileSync(snapshot('model.safetensors')).equals(files['model.safetensors'])).toBe(true)
  })

  test('that may only be read gives what it has', async () => {
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

describe('the lock of a file', () => {
  const lock = () => join(cacheDir, '.locks', 'x.lock')

  test('lets one at a time work, and is gone afterwards', async () => {
    let working = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++working)
      await new Promise(setImmediate)
      working--
    }
    await Promise.all(Array.from({ length: 4 }, () => withFileLock(lock(), work)))
    expect(most).toBe(1)
    expect(existsSync(lock())).toBe(false)
  })

  test('of a process that is no more holds nobody up', async () => {
    mkdirSync(dirname(lock()))
    // The highest process id there can be is far below this.
    writeFileSync(lock(), [hostname(), 2 ** 30, randomUUID()].join('\n'))
    expect(await withFileLock(lock(), async () => 'done')).toBe('done')
  })

  test('of another machine that gives no sign of life holds nobody up for long', async () => {
    mkdirSync(dirname(lock()))
    writeFileSync(lock(), ['elsewhere', pid, randomUUID()].join('\n'))
    expect(await withFileLock(lock(), async () => 'done', { staleMs: 1 })).toBe('done')
  })

  test('is not waited for by a call that was aborted', async () => {
    await withFileLock(lock(), async () => {
      const signal = AbortSignal.abort(new Error('enough'))
      await expect(withFileLock(lock(), async () => {}, { signal })).rejects.toThrow('enough')
    })
  })
})
