import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import type { LoadOptions } from '../../src/loading/load-options.js'
import { readSafetensorsHeader } from '../../src/model/safetensors/safetensors.js'
import { fileCache } from '../../src/sources/cache/file-cache.node.js'
import { directorySource } from '../../src/sources/directory.node.js'
import { hubSource } from '../../src/sources/hub/hub-source.js'
import { memorySource } from '../../src/sources/memory.js'
import { bytesFile, type ModelSource } from '../../src/sources/model-source.js'
import { urlSource } from '../../src/sources/url.js'
import { cosineSimilarity } from '../../src/vectors/similarity.js'
import {
  checkpointPath,
  distinctCheckpoints,
  readFiles,
  readReference,
  readSentenceReference,
  smallCheckpoint,
} from '../support/fixtures.js'
import { startHub } from '../support/hub-server.js'
import { withOutliers } from '../support/outliers.js'
import { reordered } from '../support/reordered.js'

/** The minimum cosine of each dtype. A wrong scale or sign anywhere gives 0.9 or less. */
const minCosines = { fp32: 0.999999, fp16: 0.99999, q8: 0.999 } as const
const smallDtypes = ['fp16', 'q8'] as const

const load = (source: ModelSource, options: LoadOptions = {}) =>
  loadEmbedder(source, nodeBackend(), { dtype: 'q8', ...options })

function expectClose(
  vectors: readonly Float32Array[],
  expected: readonly Float32Array[],
  dtype: keyof typeof minCosines = 'q8',
): void {
  expect(vectors).toHaveLength(expected.length)
  const minCosine = minCosines[dtype]
  const cosines = vectors.map((vector, text) => cosineSimilarity(vector, expected[text]!))
  expect(Math.min(...cosines)).toBeGreaterThan(minCosine)
}

/** Texts of 2 to 60 tokens, so that batches have padding of every length. */
const lengths = Array.from({ length: 30 }, (_, i) => 'the knight rode on '.repeat(i % 15).slice(i))

describe.each(smallDtypes)('dtype %s', (dtype) => {
  test.each(distinctCheckpoints)("the vectors of %s are close to PyTorch's", async (name) => {
    const { texts, maxLength, pooled } = readReference(name)
    await using embedder = await load(directorySource(checkpointPath(name)), { dtype })
    for (const [pooling, expected] of pooled) {
      const vectors = await embedder.embed(texts, { pooling, maxLength, normalize: false })
      expectClose(vectors, expected, dtype)
    }
  })

  test.each(['sentence-transformers-new', 'sentence-transformers-old'])(
    'the vectors of %s are close to those of sentence-transformers',
    async (name) => {
      const { texts, embeddings } = readSentenceReference(name)
      await using embedder = await load(directorySource(checkpointPath(name)), { dtype })
      expectClose(await embedder.embed(texts), embeddings.none, dtype)
    },
  )

  test('the vectors are close to fp32 when some channels are 30 times as large as the others', async () => {
    const source = memorySource(withOutliers(readFiles('bert-small-untrained'), { factor: 30 }))
    const { texts } = readReference('bert-small-untrained')
    await using exact = await load(source, { dtype: 'fp32' })
    await using small = await load(source, { dtype })
    expectClose(await small.embed(texts), await exact.embed(texts), dtype)
  })

  test.each(['bert-small-untrained', 'tiny-odd-heads', 'mpnet-untrained', 'modernbert-untrained'])(
    'a text has exactly the same vector of %s alone and with others',
    async (name) => {
      await using embedder = await load(directorySource(checkpointPath(name)), { dtype })
      const texts = [...readReference(name).texts, ...lengths]
      const together = await embedder.embed(texts)
      for (const [index, text] of texts.entries()) expect(await embedder.embed(text)).toEqual(together[index])
    },
  )

  test('the vectors differ from fp32, because the weights are really converted', async () => {
    await using exact = await load(directorySource(smallCheckpoint), { dtype: 'fp32' })
    await using small = await load(directorySource(smallCheckpoint), { dtype })
    expect(await small.embed('knight')).not.toEqual(await exact.embed('knight'))
  })
})

describe('dtype q4 of safetensors', () => {
  const refusal = { name: 'ArgumentRangeError', code: 'INVALID_OPTION' }

  test.each(['tiny-relu', 'tiny-sharded'])(
    'dtype q4 for %s is an error INVALID_OPTION that names q8',
    async (name) => {
      for (const source of [directorySource(checkpointPath(name)), memorySource(readFiles(name))]) {
        for (const onnx of [undefined, false])
          await expect(load(source, { dtype: 'q4', onnx })).rejects.toMatchObject({
            ...refusal,
            message: expect.stringContaining('"q8"'),
          })
      }
    },
  )

  test('dtype q4 is refused before safetensors are downloaded, and the download ends', async () => {
    const files = readFiles('tiny-relu')
    await using hub = await startHub({ 'owner/name': files })
    const ended = new Promise((resolve) => {
      hub.intercept = (request, response) => {
        if (!request.url!.endsWith('/model.safetensors')) return false
        const weights = files['model.safetensors']!
        response.writeHead(200, { 'content-length': weights.byteLength })
        response.write(weights.subarray(0, weights.byteLength - 1)) // and never the last byte
        response.on('close', resolve)
        return true
      }
    })
    const source = hubSource('owner/name', { endpoint: hub.endpoint })
    await expect(load(source, { dtype: 'q4' })).rejects.toMatchObject(refusal)
    await ended
  }, 10_000) // garbage collection would also end it, but later
})

describe('converting weights', () => {
  /** The small parameters, on which the gains depend, come last: as layers 10 and 11 come before layer 2. */
  const smallLast = reordered(readFiles('bert-small-untrained'), ({ name, shape }) =>
    /embeddings/.test(name) ? 0 : shape.length > 1 ? 1 : 2,
  )

  test.each([
    ['supports ranges', false],
    ['sends whole files only', true],
  ])('tensors may be in any order in a file from a server that %s', async (_, wholeFilesOnly) => {
    await using expected = await load(memorySource(readFiles('bert-small-untrained')))
    await using inMemory = await load(memorySource(smallLast))
    await using hub = await startHub({ 'la-mancha/quixote': smallLast })
    hub.intercept = (request) => {
      if (wholeFilesOnly) delete request.headers.range
      return false
    }
    await using downloaded = await load(urlSource(`${hub.endpoint}/files`))
    const vectors = await expected.embed(lengths)
    expect(await inMemory.embed(lengths)).toEqual(vectors)
    expect(await downloaded.embed(lengths)).toEqual(vectors)
    const asked = hub.requests.filter((path) => path.endsWith('model.safetensors'))
    expect(asked).toHaveLength(2) // the weights, and their small parameters
  })

  test.each(['encoder.layer.0.output.LayerNorm.weight', 'embeddings.LayerNorm.bias'])(
    'a NaN in %s is an error INVALID_WEIGHTS',
    async (name) => {
      const files = readFiles('bert-small-untrained')
      const bytes = Uint8Array.from(files['model.safetensors']!)
      const { tensors } = await readSafetensorsHeader(bytesFile('model.safetensors', bytes))
      new DataView(bytes.buffer).setFloat32(tensors.get(name)!.byteOffset, Number.NaN, true)
      const source = memorySource({ ...files, 'model.safetensors': bytes })
      await expect(load(source)).rejects.toMatchObject({ code: 'INVALID_WEIGHTS' })
    },
  )

  test.each(['one channel', 'all channels'])('the weight of a LayerNorm may be 0 in %s', async (where) => {
    const files = readFiles('bert-small-untrained')
    const bytes = Uint8Array.from(files['model.safetensors']!)
    const { tensors } = await readSafetensorsHeader(bytesFile('model.safetensors', bytes))
    const { byteOffset, byteLength } = tensors.get('encoder.layer.0.attention.output.LayerNorm.weight')!
    bytes.fill(0, byteOffset, byteOffset + (where === 'one channel' ? 4 : byteLength))
    const source = memorySource({ ...files, 'model.safetensors': bytes })
    await using exact = await load(source, { dtype: 'fp32' })
    await using small = await load(source)
    expectClose(await small.embed(lengths), await exact.embed(lengths))
  })

  test.each([
    ['MISSING_TENSOR', (config: object) => ({ ...config, num_hidden_layers: 9 })],
    ['INVALID_WEIGHTS', (config: object) => ({ ...config, vocab_size: 5000 })],
  ])('a config that does not fit the weights is an error %s', async (code, change) => {
    const files = readFiles('tiny-relu')
    const config = JSON.parse(new TextDecoder().decode(files['config.json']))
    const source = memorySource({ ...files, 'config.json': JSON.stringify(change(config)) })
    await expect(load(source)).rejects.toMatchObject({ code })
  })

  test('a signal aborts the conversion', async () => {
    const controller = new AbortController()
    const files = readFiles('tiny-relu')
    const source = memorySource(files)
    const open: ModelSource['open'] = async (path) => {
      const file = await source.open(path)
      if (!file || path !== 'model.safetensors') return file
      const read = async (start: number, end: number) => {
        if (start > 0) controller.abort(new Error('enough'))
        return file.read(start, end)
      }
      return { ...file, read }
    }
    await expect(load({ name: 'watched', open }, { signal: controller.signal })).rejects.toThrow('enough')
  })
})

describe('cached converted weights', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bert-embed-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function embedKnight(name = 'tiny-relu'): Promise<Float32Array> {
    await using embedder = await load(directorySource(checkpointPath(name), { cache: fileCache(folder) }))
    return await embedder.embed('knight') // awaited before the embedder is disposed of
  }

  async function cachedFiles(): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  }

  test.each([
    ['tiny-relu', 1],
    ['tiny-sharded', 3],
  ])('the converted weights of %s are cached and reused', async (name, count) => {
    const first = await embedKnight(name)
    const cached = await cachedFiles()
    expect(cached).toHaveLength(count)
    const before = await Promise.all(cached.map((path) => stat(path, { bigint: true })))
    expect(await embedKnight(name)).toEqual(first)
    const after = await Promise.all(cached.map((path) => stat(path, { bigint: true })))
    expect(after.map(({ mtimeNs, ino }) => [mtimeNs, ino])).toEqual(
      before.map(({ mtimeNs, ino }) => [mtimeNs, ino]),
    )
  })

  test('weights are converted again when the cached file is truncated or overwritten', async () => {
    const first = await embedKnight()
    const [path] = (await cachedFiles()) as [string]
    const whole = await readFile(path)
    for (const damage of [
      () => truncate(path, whole.byteLength - 100),
      () => writeFile(path, ''),
      () => writeFile(path, new Uint8Array(whole.byteLength)),
    ]) {
      await damage()
      expect(await embedKnight()).toEqual(first)
      expect(await readFile(path)).toEqual(whole)
    }
  })

  test('converted weights stay in memory without a writable cache', async () => {
    const first = await embedKnight()
    const file = join(folder, 'file')
    await writeFile(file, '')
    await using nowhere = await load(directorySource(checkpointPath('tiny-relu'), { cache: fileCache(file) }))
    await using none = await load(directorySource(checkpointPath('tiny-relu')))
    await using memory = await load(memorySource(readFiles('tiny-relu')))
    for (const embedder of [nowhere, none, memory]) expect(await embedder.embed('knight')).toEqual(first)
  })

  test('two concurrent loads write one complete file', async () => {
    const [one, other] = await Promise.all([embedKnight(), embedKnight()])
    expect(one).toEqual(other)
    expect(await cachedFiles()).toHaveLength(1)
  })
})
