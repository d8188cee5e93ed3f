import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fileCache } from '../../src/sources/cache/file-cache.node.js'
import { directorySource } from '../../src/sources/directory.node.js'
import { hubSource } from '../../src/sources/hub/hub-source.js'
import { memorySource } from '../../src/sources/memory.js'
import { readJson, readText } from '../../src/sources/model-source.js'
import { subfolderSource } from '../../src/sources/subfolder.js'
import { urlSource } from '../../src/sources/url.js'
import { type FakeHub, startHub } from '../support/hub-server.js'
import { absentPaths, testSourceContract } from './source-contract.js'

const root = mkdtempSync(join(tmpdir(), 'bert-embed-sources-'))
const hubs: FakeHub[] = []
let directories = 0
afterAll(async () => {
  rmSync(root, { recursive: true })
  await Promise.all(hubs.map((hub) => hub.close()))
})

type Files = Readonly<Record<string, Uint8Array>>

function newDirectory(): string {
  return join(root, String(directories++))
}

function writeFiles(files: Files): string {
  const directory = newDirectory()
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), bytes)
  }
  return directory
}

/** Writes files as in the Hugging Face cache, where every file is a link to a blob in another folder. */
function writeLinkedFiles(files: Files): string {
  const blobs = writeFiles(files)
  const directory = newDirectory()
  for (const path of Object.keys(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    symlinkSync(join(blobs, path), join(directory, path))
  }
  return directory
}

async function serve(files: Files): Promise<FakeHub> {
  const hub = await startHub({ 'owner/name': files })
  hubs.push(hub)
  return hub
}

testSourceContract({ name: 'in memory', createSource: (files) => memorySource(files) })
testSourceContract({ name: 'directory', createSource: (files) => directorySource(writeFiles(files)) })
testSourceContract({
  name: 'directory of links',
  createSource: (files) => directorySource(writeLinkedFiles(files)),
})
testSourceContract({
  name: 'subfolder',
  createSource: (files) =>
    subfolderSource(
      memorySource(Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`sub/${path}`, bytes]))),
      'sub',
    ),
})
testSourceContract({
  name: 'base URL',
  createSource: async (files) => urlSource(`${(await serve(files)).endpoint}/files`),
})
testSourceContract({
  name: 'Hub, in memory',
  createSource: async (files) => hubSource('owner/name', { endpoint: (await serve(files)).endpoint }),
})
testSourceContract({
  name: 'Hub, cached on disk',
  createSource: async (files) =>
    hubSource('owner/name', { endpoint: (await serve(files)).endpoint, cache: fileCache(newDirectory()) }),
})
testSourceContract({
  name: 'Hub, from the cache without a network',
  createSource: async (files) => {
    const { endpoint } = await serve(files)
    const cache = fileCache(newDirectory())
    const online = hubSource('owner/name', { endpoint, cache })
    await Promise.all([...Object.keys(files), ...absentPaths].map((path) => online.open(path)))
    return hubSource('owner/name', { cache, offline: true, endpoint: 'http://127.0.0.1:9' })
  },
})

describe('a directory source', () => {
  test('a directory that does not exist is an error MODEL_NOT_FOUND', async () => {
    const open = directorySource(join(root, 'absent')).open('config.json')
    await expect(open).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  })

  test('a file that was shortened after it was opened is an error READ_FAILED', async () => {
    const directory = writeFiles({ weights: new Uint8Array(100) })
    const file = await directorySource(directory).open('weights')
    truncateSync(join(directory, 'weights'), 50)
    await expect(file!.read(0, 100)).rejects.toMatchObject({ code: 'READ_FAILED' })
  })
})

describe('readJson and readText', () => {
  const source = memorySource({
    'good.json': '{"a": 1}',
    'page.json': '<!doctype html><title>Sign in</title>',
    'pointer.json': 'version https://git-lfs.github.com/spec/v1\noid sha256:0',
    'latin1.txt': Uint8Array.of(0x63, 0xe9, 0x63),
  })

  test('readJson parses a file, and returns undefined if it is missing', async () => {
    expect(await readJson(source, 'good.json')).toEqual({ a: 1 })
    expect(await readJson(source, 'absent.json')).toBeUndefined()
  })

  test('a file of another format is an error that says what it looks like', async () => {
    await expect(readJson(source, 'page.json')).rejects.toMatchObject({
      code: 'INVALID_JSON',
      message: expect.stringContaining('HTML'),
    })
    await expect(readJson(source, 'pointer.json')).rejects.toMatchObject({
      code: 'INVALID_JSON',
      message: expect.stringContaining('git lfs pull'),
    })
    await expect(readText(source, 'latin1.txt')).rejects.toMatchObject({ code: 'INVALID_TEXT_FILE' })
  })

  test('a huge file is an error FILE_TOO_LARGE before it is read', async () => {
    const read = () => Promise.reject(new Error('read'))
    const huge = {
      path: 'config.json',
      byteLength: 1e12,
      content: { type: 'path', path: '/x' },
      read,
    } as const
    const open = readText({ name: 'huge', open: async () => huge }, 'config.json')
    await expect(open).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
  })
})
