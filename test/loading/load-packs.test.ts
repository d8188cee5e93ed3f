/** Tests of loading packs: what is refused, and what is checked when a pack is downloaded. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { engineBackend } from '../../src/backends/engine/engine.node.js'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import type { LoadOptions } from '../../src/loading/load-options.js'
import { checkPieces } from '../../src/loading/pack/check-pieces.js'
import { pieceBytes } from '../../src/loading/pack/pack.js'
import { packModel } from '../../src/pack-model.node.js'
import { createPieceHashes } from '../../src/packing/piece-hashes.node.js'
import { fileCache } from '../../src/sources/cache/file-cache.node.js'
import { hubSource } from '../../src/sources/hub/hub-source.js'
import { memorySource } from '../../src/sources/memory.js'
import type { ModelSource } from '../../src/sources/model-source.js'
import { urlSource } from '../../src/sources/url.js'
import { collect } from '../support/collect.js'
import { checkpointPath, filesIn } from '../support/fixtures.js'
import { type FakeHub, pathOf, sendBytes, startHub } from '../support/hub-server.js'

type Files = Record<string, Uint8Array | string>
const engine = engineBackend({ worker: false })
const onnxRuntime = nodeBackend({ worker: false })

let folder: string
/** A pack for the engine only. */
let packed: Record<string, Uint8Array>
let weightsPath: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bert-embed-'))
  const out = join(folder, 'pack')
  await packModel({ model: checkpointPath('bert-small-untrained'), out, targets: ['page'] })
  packed = filesIn(out)
  weightsPath = Object.keys(packed).find((path) => path.endsWith('.safetensors'))!
})
afterAll(() => rmSync(folder, { recursive: true }))

const load = (files: Files, options: LoadOptions = {}, backend = engine) =>
  loadEmbedder(memorySource(files, { name: 'packs/small' }), backend, options)

/** The pack with another description. */
function described(change: (description: Record<string, unknown>) => unknown): Files {
  const config = JSON.parse(new TextDecoder().decode(packed['config.json']))
  return { ...packed, 'config.json': JSON.stringify({ ...config, bert_embed: change(config.bert_embed) }) }
}

/** The pack with other fields in the description. */
const withFields = (fields: object) => described((description) => ({ ...description, ...fields }))

/** The pack with other fields in the description of its file of weights. */
const withFile = (fields: object) =>
  described((description) => {
    const { 'q8-rows': [file] = [] } = description.weights as Record<string, object[]>
    return { ...description, weights: { 'q8-rows': [{ ...file, ...fields }] } }
  })

/** The pack whose weights have one bit changed. */
function damaged(index: number): Record<string, Uint8Array> {
  return { ...packed, [weightsPath]: flipped(packed[weightsPath]!, index) }
}

describe('a pack', () => {
  test('a pack has its own dtype, which the option may name', async () => {
    await using embedder = await load(packed)
    await using same = await load(packed, { dtype: 'q8' })
    expect([embedder.dtype, same.dtype]).toEqual(['q8', 'q8'])
    expect(await same.embed('knight')).toEqual(await embedder.embed('knight'))
  })

  const refusals: readonly [string, string, string, () => Promise<unknown>][] = [
    [
      'a newer version',
      'UNSUPPORTED_MODEL',
      'newer version of bert-embed',
      () => load(withFields({ version: 2 })),
    ],
    [
      'weights of a newer version',
      'UNSUPPORTED_MODEL',
      'update bert-embed',
      () => load(withFields({ weights_version: 99 })),
    ],
    [
      'weights of an older version',
      'UNSUPPORTED_MODEL',
      'pack the model again',
      () => load(withFields({ weights_version: 1 })),
    ],
    ['no version', 'INVALID_CONFIG', 'version is missing', () => load(described(() => ({})))],
    ['a description that is no object', 'INVALID_CONFIG', 'bert_embed', () => load(described(() => 'q8'))],
    ['an unknown dtype', 'UNSUPPORTED_MODEL', '"q2"', () => load(withFields({ dtype: 'q2' }))],
    ['no weights', 'INVALID_CONFIG', 'weights', () => load(withFields({ weights: [] }))],
    [
      'an empty list of files',
      'INVALID_CONFIG',
      'q8-rows',
      () => load(withFields({ weights: { 'q8-rows': [] } })),
    ],
    ['a missing hash', 'INVALID_CONFIG', 'piece_sha256', () => load(withFile({ piece_sha256: [] }))],
    ['another dtype', 'INVALID_OPTION', 'leave dtype out', () => load(packed, { dtype: 'fp32' })],
    ['an ONNX file', 'INVALID_OPTION', 'leave onnx out', () => load(packed, { onnx: true })],
    [
      'a backend that it has no weights for',
      'FILE_NOT_FOUND',
      'set device to "wasm", or pack it again, npx bert-embed pack bert-small-untrained --dtype q8 --for page,node',
      () => load(packed, {}, onnxRuntime),
    ],
    [
      'a device that it has no weights for',
      'FILE_NOT_FOUND',
      '--for page,webgpu',
      () => load(packed, { device: 'webgpu' }, onnxRuntime),
    ],
    [
      'a missing file of weights',
      'FILE_NOT_FOUND',
      'which config.json names',
      () => load({ ...packed, [weightsPath]: undefined as never }),
    ],
    [
      'a Git LFS pointer',
      'DAMAGED_DOWNLOAD',
      'git lfs pull',
      () => load({ ...packed, [weightsPath]: 'version https://git-lfs.github.com/spec/v1' }),
    ],
    [
      'a file that is cut short',
      'DAMAGED_DOWNLOAD',
      'bytes instead of',
      () => load({ ...packed, [weightsPath]: packed[weightsPath]!.subarray(1) }),
    ],
    ['a changed header', 'DAMAGED_DOWNLOAD', 'does not have the weights', () => load(damaged(100))],
  ]
  test.each(refusals)('%s is an error %s', async (_, code, message, loading) => {
    await expect(loading()).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })
})

describe('a pack on a server', () => {
  let hub: FakeHub
  let cache: string
  beforeEach(async () => {
    hub = await startHub({ 'owner/pack': packed })
    cache = mkdtempSync(join(folder, 'cache-'))
    hub.intercept = (_, response) => {
      response.setHeader('etag', '"1"')
      return false
    }
  })
  afterEach(() => hub.close())

  const open = (source: ModelSource) => loadEmbedder(source, engine)
  const atUrl = (options = {}) => urlSource(`${hub.endpoint}/files`, { cache: fileCache(cache), ...options })
  /** Serves the weights with one bit changed. */
  const spoil = () => {
    const bytes = damaged(packed[weightsPath]!.byteLength - 1000)[weightsPath]!
    hub.intercept = (request, response) => {
      response.setHeader('etag', '"1"')
      if (!pathOf(request).endsWith(weightsPath)) return false
      sendBytes(request, response, bytes)
      return true
    }
  }
  const weightRequests = () => hub.requests.filter((path) => path.endsWith('.safetensors'))

  test('only the packed weights are downloaded, once, and stored as they are', async () => {
    await using embedder = await open(atUrl())
    const vector = await embedder.embed('knight')
    expect(weightRequests()).toEqual([`/files/${weightsPath}`])
    await using again = await open(atUrl())
    expect(await again.embed('knight')).toEqual(vector)
    expect(weightRequests()).toHaveLength(1) // not even asked whether they changed
    await hub.close()
    await using offline = await open(atUrl({ offline: true }))
    expect(await offline.embed('knight')).toEqual(vector)
  })

  test.each([
    ['a URL, with a cache', atUrl],
    ['a URL, without a cache', () => atUrl({ cache: false })],
    ['the Hub, without a cache', () => hubSource('owner/pack', { endpoint: hub.endpoint })],
  ])(
    'a bit that changed in a download from %s is an error, and the next load downloads again',
    async (_, source) => {
      spoil()
      await expect(open(source())).rejects.toMatchObject({ code: 'DAMAGED_DOWNLOAD' })
      hub.intercept = () => false
      await using embedder = await open(source())
      expect(await embedder.embed('knight')).toHaveLength(embedder.dimension)
    },
  )

  test('a pack loads from the Hub', async () => {
    await using embedder = await open(
      hubSource('owner/pack', { endpoint: hub.endpoint, cache: fileCache(cache) }),
    )
    await using expected = await load(packed)
    expect(await embedder.embed('knight')).toEqual(await expected.embed('knight'))
  })
})

describe('the pieces of a file', () => {
  const bytes = Uint8Array.from({ length: 2 * pieceBytes + 1000 }, (_, index) => index % 251)
  async function* chunks(of: Uint8Array, size: number) {
    for (let start = 0; start < of.byteLength; start += size) yield of.subarray(start, start + size)
  }
  async function describeFile() {
    const hashes = createPieceHashes()
    await collect(hashes.pass(chunks(bytes, 1 << 20)))
    return { path: 'weights', byteLength: bytes.byteLength, pieces: hashes.finish().pieces }
  }

  test.each([777_777, pieceBytes, 3 * pieceBytes])(
    'chunks of %i bytes are passed on unchanged',
    async (size) => {
      const file = await describeFile()
      expect(file.pieces).toHaveLength(3)
      const passed = await collect(checkPieces(chunks(bytes, size), file))
      expect(Buffer.compare(passed, bytes)).toBe(0) // toEqual would take a minute
    },
  )

  test.each([
    ['a bit in the first piece', () => flipped(bytes, 5)],
    ['a bit in the last piece', () => flipped(bytes, 2 * pieceBytes + 1)],
    ['a byte less', () => bytes.subarray(1)],
    ['a byte more', () => Uint8Array.from({ length: bytes.byteLength + 1 }, (_, index) => index % 251)],
  ])('%s is an error DAMAGED_DOWNLOAD', async (_, change) => {
    const received = collect(checkPieces(chunks(change(), 1 << 20), await describeFile()))
    await expect(received).rejects.toMatchObject({ code: 'DAMAGED_DOWNLOAD' })
  })
})

/** A copy with one bit changed. */
function flipped(bytes: Uint8Array, index: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[index]! ^= 1
  return copy
}
