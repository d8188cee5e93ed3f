/** Tests of `packModel`: what a pack holds, and that a pack's vectors are those of converting at load. */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineBackend } from '../../src/backends/engine/engine.node.js'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { createEmbedder } from '../../src/create-embedder.node.js'
import { type PackModelOptions, packModel } from '../../src/pack-model.node.js'
import { fileCache } from '../../src/sources/cache/file-cache.node.js'
import { directorySource } from '../../src/sources/directory.node.js'
import { memorySource } from '../../src/sources/memory.js'
import type { ModelSource } from '../../src/sources/model-source.js'
import { architectureCheckpoints, checkpointPath, filesIn, readFiles } from '../support/fixtures.js'

const backends = [nodeBackend({ worker: false }), engineBackend({ worker: false })]
const texts = ['the knight rode on', 'squire', 'the mill was no giant, said the squire to the knight']
const relu = checkpointPath('tiny-relu')
const sentenceModel = (name: string) => join(import.meta.dirname, '../fixtures/sentence-models', name)

let folder: string
let out: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bert-embed-'))
  out = join(folder, 'packs/model')
})
afterEach(() => rmSync(folder, { recursive: true }))

const pack = (options: Partial<PackModelOptions> = {}) => packModel({ model: relu, out, ...options })
const readConfig = () => JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))
const weightFiles = () => readdirSync(out).filter((path) => path.endsWith('.safetensors'))
/** The paths and bytes of all files of a folder. */
const contents = (directory = out) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'hex')])
    .sort()

describe('the vectors of a pack', () => {
  const q8 = [
    ...architectureCheckpoints,
    'tiny-sharded',
    'tiny-bf16',
    'tiny-masked-lm',
    'tiny-vocab-only',
    'sentence-transformers-new',
  ].map((name) => ['q8', checkpointPath(name)] as const)
  const cases = [
    ...q8,
    ['q8', sentenceModel('dense-chain')],
    ['fp16', checkpointPath('tiny-sharded')],
    ['fp16', checkpointPath('mpnet-untrained')],
  ] as const

  test.each(cases)(
    'a pack in %s has bit by bit the vectors of the model that is converted at load: %s',
    async (dtype, model) => {
      await pack({ model, dtype })
      for (const backend of backends) {
        await using converted = await createEmbedder({ model, dtype, backend, cache: false })
        await using packed = await createEmbedder({ model: out, backend })
        expect(packed.dtype).toBe(dtype)
        expect(await packed.embed(texts)).toEqual(await converted.embed(texts))
      }
    },
  )

  test('the files of weights are those that a cache keeps after converting at load', async () => {
    const model = checkpointPath('tiny-sharded')
    await pack({ model, targets: ['page'] })
    const cache = join(folder, 'cache')
    const source = directorySource(model, { cache: fileCache(cache) })
    const [, backend] = backends
    await using _embedder = await createEmbedder({ model: source, backend, dtype: 'q8' })
    const bytes = (files: readonly string[][]) => files.map(([, hex]) => hex).sort()
    expect(weightFiles()).toHaveLength(3)
    expect(bytes(contents().filter(([path]) => path!.endsWith('.safetensors')) as string[][])).toEqual(
      bytes(contents(cache) as string[][]),
    )
  })

  test('an encoder in the folder 0_Transformer stays there', async () => {
    const files = Object.entries(readFiles('tiny-relu')).map(([path, bytes]) => [
      `0_Transformer/${path}`,
      bytes,
    ])
    const modules = [
      { idx: 0, name: '0', path: '0_Transformer', type: 'sentence_transformers.models.Transformer' },
    ]
    const model = memorySource({ ...Object.fromEntries(files), 'modules.json': JSON.stringify(modules) })
    await pack({ model })
    expect(readdirSync(out).sort()).toEqual(['0_Transformer', 'modules.json'])
    const [backend] = backends
    await using converted = await createEmbedder({ model, dtype: 'q8', backend })
    await using packed = await createEmbedder({ model: out, backend })
    expect(await packed.embed(texts)).toEqual(await converted.embed(texts))
    await pack({ model }) // finds its own pack there
  })
})

describe('the folder', () => {
  test('a pack holds the files that loading reads, the README and the licence, and no published weights', async () => {
    const model = memorySource({
      ...filesIn(sentenceModel('dense-chain')),
      'README.md': 'A model.',
      LICENSE: 'Apache',
      'onnx/model.onnx': 'graph',
      'data_config.json': '[]',
    })
    const { files, directory, dtype } = await pack({ model })
    expect({ directory, dtype }).toEqual({ directory: out, dtype: 'q8' })
    const paths = contents().map(([path]) => path!.slice(out.length + 1))
    expect(files.map(({ path }) => path).sort()).toEqual(paths)
    expect(paths.map((path) => path.replace(/[0-9a-f]{8}/, 'hash'))).toEqual([
      '1_Pooling/config.json',
      '2_Dense/config.json',
      '2_Dense/model.safetensors',
      '3_Dense/config.json',
      '3_Dense/model.safetensors',
      'LICENSE',
      'README.md',
      'added_tokens.json',
      'config.json',
      'config_sentence_transformers.json',
      'model.q8-rows.hash.safetensors',
      'model.q8.hash.safetensors',
      'modules.json',
      'sentence_bert_config.json',
      'special_tokens_map.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ])
  })

  test('config.json keeps its fields, and names the weights by their hashes', async () => {
    await pack({ targets: ['webgpu'] })
    const { bert_embed: described, ...fields } = readConfig()
    expect(fields).toEqual(JSON.parse(readFileSync(join(relu, 'config.json'), 'utf8')))
    expect(described).toMatchObject({ version: 1, model: 'tiny-relu', dtype: 'q8' })
    const [{ file, bytes, sha256, piece_sha256: pieces }] = described.weights['q8-blocks']
    const written = readFileSync(join(out, file))
    expect(createHash('sha256').update(written).digest('hex')).toBe(sha256)
    expect(file).toBe(`model.q8-blocks.${sha256.slice(0, 8)}.safetensors`)
    expect({ bytes, pieces }).toEqual({ bytes: written.byteLength, pieces: [sha256] })
  })

  test('two packs of a model are equal', async () => {
    await pack()
    const first = contents()
    await pack()
    expect(contents()).toEqual(first)
  })

  test.each([
    ['q8', ['page'], ['q8-rows']],
    ['q8', ['page', 'node', 'webgpu'], ['q8', 'q8-blocks', 'q8-rows']],
    ['fp16', ['page', 'node', 'webgpu'], ['fp16']],
  ] as const)('a pack in %s for %s has the forms %s', async (dtype, targets, forms) => {
    const { files } = await pack({ dtype, targets })
    expect(Object.keys(readConfig().bert_embed.weights).sort()).toEqual(forms)
    expect(weightFiles()).toHaveLength(forms.length)
    expect(files.flatMap((file) => file.targets ?? []).sort()).toEqual(targets.toSorted())
  })

  test('progress counts the bytes of each file of weights', async () => {
    const events: { file: string; writtenBytes: number; totalBytes: number }[] = []
    await pack({ targets: ['page'], onProgress: (event) => event.type === 'pack' && events.push(event) })
    const last = events.at(-1)!
    expect(last.file).toBe('model.q8-rows.safetensors')
    expect(last.writtenBytes).toBe(last.totalBytes)
    expect(last.totalBytes).toBe(readFileSync(join(out, weightFiles()[0]!)).byteLength)
  })
})

describe('a folder that exists', () => {
  test('a pack of the same model is replaced, and other files stay', async () => {
    await pack({ targets: ['node'] })
    writeFileSync(join(out, '_headers'), 'cache-control: immutable')
    await pack({ targets: ['page'] })
    expect(readdirSync(out).sort()).toEqual([
      '_headers',
      'added_tokens.json',
      'config.json',
      expect.stringMatching(/^model\.q8-rows\.[0-9a-f]{8}\.safetensors$/),
      'special_tokens_map.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ])
    await using embedder = await createEmbedder({ model: out, device: 'wasm' })
    expect(await embedder.embed('knight')).toHaveLength(embedder.dimension)
  })

  test('files that would change the vectors of the new model are removed', async () => {
    await pack({ model: checkpointPath('sentence-transformers-new') })
    expect(existsSync(join(out, 'modules.json'))).toBe(true)
    await pack({ model: relu, force: true })
    expect(existsSync(join(out, 'modules.json'))).toBe(false)
  })

  test.each([
    ['a file', 'is not a directory', () => writeFileSync(out, '')],
    ['a folder with other files', 'set force', () => writeFileSync(join(mkdirp(out), 'photo.jpg'), '')],
    ['a model', 'set force', () => writeFileSync(join(mkdirp(out), 'config.json'), '{}')],
  ])('%s is refused, and stays as it was', async (_, message, prepare) => {
    mkdirp(join(out, '..'))
    prepare()
    const before = contents(folder)
    await expect(pack()).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(message),
    })
    expect(contents(folder)).toEqual(before)
  })

  test('the folder of the model itself is refused, with force too', async () => {
    await expect(pack({ out: relu, force: true })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })

  test('a pack of another model is refused, and replaced with force', async () => {
    await pack()
    const before = contents()
    const other = { model: checkpointPath('tiny-silu') }
    await expect(pack(other)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('a pack of tiny-relu, not of tiny-silu'),
    })
    expect(contents()).toEqual(before)
    await pack({ ...other, force: true })
    expect(readConfig().bert_embed.model).toBe('tiny-silu')
    expect(weightFiles()).toHaveLength(2)
  })

  test('an empty folder is filled', async () => {
    mkdirp(out)
    await pack()
    expect(readConfig().bert_embed.dtype).toBe('q8')
  })
})

describe('what cannot be packed', () => {
  const refusals: readonly [string, string, Partial<PackModelOptions>, string][] = [
    ['a dtype that is not converted', 'INVALID_OPTION', { dtype: 'fp32' as never }, 'q8'],
    ['an unknown target', 'INVALID_OPTION', { targets: ['phone' as never] }, '"page", "node", "webgpu"'],
    ['no target', 'INVALID_OPTION', { targets: [] }, 'targets'],
    ['an unknown option', 'INVALID_OPTION', { output: 'x' } as never, 'did you mean out'],
    ['no folder', 'INVALID_OPTION', { out: undefined as never }, 'out'],
    ['no model', 'INVALID_OPTION', { model: undefined as never }, 'model'],
    ['a missing folder', 'MODEL_NOT_FOUND', { model: './nowhere/' }, 'nowhere'],
    [
      'a model without safetensors',
      'FILE_NOT_FOUND',
      { model: memorySource(without('tiny-relu', 'model.safetensors')) },
      'model.safetensors',
    ],
    [
      'a shard that is missing',
      'FILE_NOT_FOUND',
      { model: memorySource(without('tiny-sharded', 'model-00002-of-00003.safetensors')) },
      'model-00002-of-00003.safetensors',
    ],
    [
      'weights that lack a layer of the config',
      'MISSING_TENSOR',
      {
        model: memorySource({
          ...readFiles('tiny-relu'),
          'config.json': JSON.stringify({
            ...JSON.parse(readFileSync(join(relu, 'config.json'), 'utf8')),
            num_hidden_layers: 9,
          }),
        }),
      },
      'encoder.layer',
    ],
  ]
  test.each(refusals)('%s is an error %s, and leaves no file', async (_, code, options, message) => {
    await expect(pack(options)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
    expect(contents(folder)).toEqual([])
  })

  test('a pack is not packed again', async () => {
    await pack()
    const again = packModel({ model: out, out: join(folder, 'again') })
    await expect(again).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('tiny-relu'),
    })
    expect(readdirSync(folder)).toEqual(['packs'])
  })
})

describe('a pack that is interrupted', () => {
  /** The model, whose weights call `onRead` while they are converted. */
  function watched(onRead: () => void): ModelSource {
    const source = memorySource(readFiles('tiny-relu'), { name: 'tiny-relu' })
    return {
      ...source,
      async open(path) {
        const file = await source.open(path)
        if (!file || path !== 'model.safetensors') return file
        const read = (start: number, end: number) => {
          if (start > 0) onRead()
          return file.read(start, end)
        }
        return { ...file, read }
      },
    }
  }

  test.each([
    ['a new folder', async () => {}],
    ['a pack', async () => void (await pack({ targets: ['node'] }))],
  ])('an abort while weights are written leaves %s as it was', async (_, prepare) => {
    await prepare()
    const before = contents(folder)
    const controller = new AbortController()
    const model = watched(() => controller.abort(new Error('enough')))
    await expect(pack({ model, signal: controller.signal })).rejects.toThrow('enough')
    expect(contents(folder)).toEqual(before)
  })

  test('an error of the file system is an error WRITE_FAILED, and leaves no file', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    await expect(pack({ out: join(file, 'model') })).rejects.toMatchObject({ code: 'WRITE_FAILED' })
    // The temporary folder disappears, as when a disk is removed.
    const model = watched(() => {
      for (const name of readdirSync(join(folder, 'packs')))
        rmSync(join(folder, 'packs', name), { recursive: true })
    })
    await expect(pack({ model })).rejects.toMatchObject({ code: 'WRITE_FAILED' })
    expect(existsSync(out)).toBe(false)
  })

  test('a pack that cannot be replaced completely stays as it was', async () => {
    await pack()
    // A folder in the place of a file, which is moved after the weights.
    rmSync(join(out, 'tokenizer.json'))
    writeFileSync(join(mkdirp(join(out, 'tokenizer.json')), 'mine'), '')
    const before = contents()
    await expect(pack({ targets: ['page', 'webgpu'] })).rejects.toMatchObject({ code: 'WRITE_FAILED' })
    expect(contents()).toEqual(before)
    expect(readdirSync(join(folder, 'packs'))).toEqual(['model'])
  })
})

function mkdirp(path: string): string {
  mkdirSync(path, { recursive: true })
  return path
}

function without(name: string, path: string): Record<string, Uint8Array> {
  const { [path]: _, ...files } = readFiles(name)
  return files
}
