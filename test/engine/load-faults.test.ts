/** Weights and runtimes that the engine cannot load a model with, and memory that runs out. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { engineBackend } from '../../src/backends/engine/engine.node.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import { pooledOutput } from '../../src/model/encoder-tensors.js'
import { memorySource } from '../../src/sources/memory.js'
import { configOf, randomBatch, randomPlanModel } from '../support/engine-models.js'
import { readFiles } from '../support/fixtures.js'
import { openSession } from './engine-threads.js'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const config = configOf.mpnet({ hidden: 24, heads: 2, inner: 40 })
const inThread = () => engineBackend({ worker: false })

/** One parameter of each form in memory. */
const parameters = [
  'embeddings.word_embeddings.weight',
  'embeddings.position_embeddings.weight',
  'encoder.layer.1.attention.attn.q.weight',
  'encoder.layer.1.attention.attn.q.bias',
  'encoder.layer.0.output.LayerNorm.weight',
  'encoder.layer.0.output.LayerNorm.bias',
  'encoder.relative_attention_bias.weight',
]
const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
const dtypes = ['F32', 'F16', 'BF16'] as const

describe.each(dtypes)('weights in %s', (dtype) => {
  test.each(parameters.flatMap((name) => values.map((value) => ({ name, value }))))(
    'the value $value in $name is an error INVALID_WEIGHTS that names the file and the tensor',
    async ({ name, value }) => {
      const change = (parameter: string, numbers: Float32Array) => {
        if (parameter === name) numbers[numbers.length - 1] = value
      }
      const expected = {
        code: 'INVALID_WEIGHTS',
        message: expect.stringMatching(new RegExp(`model\\.safetensors.*${name.replaceAll('.', '\\.')}`)),
      }
      const open = async () => openSession(await randomPlanModel(config, { seed: 1, dtype, change }))
      await expect(open()).rejects.toMatchObject(expected)
      const openInt8 = async () =>
        openSession(await randomPlanModel(config, { seed: 1, dtype, change, load: 'q8' }))
      await expect(openInt8()).rejects.toMatchObject(expected)
    },
  )

  test('all finite values are accepted, the largest included', async () => {
    const largest = { F32: 3.4028234e38, F16: 65504, BF16: 3.3895e38 }[dtype]
    const change = (parameter: string, numbers: Float32Array) => {
      if (parameter === 'embeddings.word_embeddings.weight') numbers.set([largest, -largest, 1e-45])
    }
    const session = await openSession(await randomPlanModel(config, { seed: 1, dtype, change }))
    await session.dispose()
  })
})

describe('memory', () => {
  const large = (layers: number) => ({
    ...JSON.parse(new TextDecoder().decode(readFiles('bert-small-untrained')['config.json'])),
    hidden_size: 2048,
    intermediate_size: 8192,
    num_hidden_layers: layers,
    num_attention_heads: 32,
  })
  /** The files of a model without its weights. */
  function withoutWeights(layers: number) {
    const { 'model.safetensors': _, ...files } = readFiles('bert-small-untrained')
    return memorySource({ ...files, 'config.json': JSON.stringify(large(layers)) })
  }

  test('a model over 2 GB is an error OUT_OF_MEMORY before its weights are opened', async () => {
    const loading = loadEmbedder(withoutWeights(16), inThread())
    await expect(loading).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY',
      message: expect.stringMatching(/dtype "q8".*nodeBackend\(\)/),
    })
  })

  test('dtype q8 makes a model a quarter as large, so that it fits', async () => {
    const loading = loadEmbedder(withoutWeights(16), inThread(), { dtype: 'q8' })
    await expect(loading).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    const larger = loadEmbedder(withoutWeights(64), inThread(), { dtype: 'q8' })
    await expect(larger).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' })
  })

  test('a plan over 2 GB is an error OUT_OF_MEMORY before anything is read', async () => {
    const { plan } = await randomPlanModel(config, { seed: 1 })
    const files = [{ path: '', byteLength: 0, content: { type: 'path', path: '' }, read: vi.fn() }] as const
    const session = openSession({ plan: { ...plan, weightsEnd: 2 ** 31 }, files })
    await expect(session).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' })
    expect(files[0].read).not.toHaveBeenCalled()
  })

  test('memory that cannot grow during a load is an error OUT_OF_MEMORY', async () => {
    const model = await randomPlanModel(config, { seed: 1 })
    vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
      throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded')
    })
    await expect(openSession(model)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' })
  })

  test('memory that cannot grow during a run is an error OUT_OF_MEMORY, and the next run works', async () => {
    const session = await openSession(await randomPlanModel(config, { seed: 1 }))
    const small = randomBatch([4], { seed: 1 })
    const expected = await session.run(small, [pooledOutput])
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
      throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded')
    })
    const large = randomBatch(Array(40).fill(300), { seed: 1 })
    await expect(session.run(large, [pooledOutput])).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' })
    expect(await session.run(small, [pooledOutput])).toEqual(expected)
    grow.mockRestore()
    expect((await session.run(large, [pooledOutput]))[pooledOutput].shape[0]).toBe(40)
    await session.dispose()
  })

  test('a batch is halved until it fits into memory', async () => {
    const files = readFiles('bert-small-untrained')
    const options = { maxBatchTokens: 16_384 }
    const embedder = await loadEmbedder(memorySource(files), inThread(), options)
    const texts = Array.from({ length: 64 }, (_, index) => 'the knight rode on '.repeat(20) + index)
    const expected = await embedder.embed(texts)
    await embedder.dispose()
    const limited = await loadEmbedder(memorySource(files), inThread(), options)
    const { grow } = WebAssembly.Memory.prototype
    let refused = 0
    vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(function (
      this: WebAssembly.Memory,
      pages,
    ) {
      if (this.buffer.byteLength / 65_536 + pages <= 64) return grow.call(this, pages)
      refused++
      throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded')
    })
    expect(await limited.embed(texts)).toEqual(expected)
    expect(refused).toBeGreaterThan(0)
    await limited.dispose()
  })

  test('a runtime that cannot create the memory is an error OUT_OF_MEMORY', async () => {
    const model = await randomPlanModel(config, { seed: 1 })
    vi.spyOn(WebAssembly, 'Memory').mockImplementation(
      class {
        constructor() {
          throw new RangeError('WebAssembly.Memory(): could not allocate memory')
        }
      } as never,
    )
    await expect(openSession(model)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' })
  })

  test('batches reuse the memory in which the weights were staged, and memory does not grow with their number', async () => {
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow')
    const session = await openSession(await randomPlanModel(config, { seed: 1 }))
    const largest = randomBatch(Array(8).fill(300), { seed: 1 })
    await session.run(largest, [pooledOutput])
    const grown = grow.mock.calls.length
    for (let seed = 0; seed < 50; seed++)
      await session.run(randomBatch([1 + ((seed * 37) % 300), 1 + seed], { seed }), [pooledOutput])
    await session.run(largest, [pooledOutput])
    expect(grow.mock.calls).toHaveLength(grown)
    await session.dispose()
  })
})

test('the memory of a session that was disposed of is freed, even if the session is kept', async () => {
  const model = await randomPlanModel(config, { seed: 1 })
  const references: WeakRef<WebAssembly.Memory>[] = []
  const { prototype } = WebAssembly.Memory
  const { grow } = prototype
  prototype.grow = function (this: WebAssembly.Memory, pages) {
    references.push(new WeakRef(this))
    return grow.call(this, pages)
  }
  const session = await openSession(model)
  prototype.grow = grow
  await session.run(randomBatch([4], { seed: 1 }), [pooledOutput])
  await session.dispose()
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (const _ of [1, 2, 3]) {
    await new Promise(setImmediate)
    collect()
  }
  expect(references.length).toBeGreaterThan(0)
  expect(references.filter((reference) => reference.deref())).toEqual([])
  await expect(session.run({}, [pooledOutput])).rejects.toMatchObject({ code: 'DISPOSED' })
})

describe('a runtime', () => {
  test('without WebAssembly is an error UNSUPPORTED_DEVICE', async () => {
    const model = await randomPlanModel(config, { seed: 1 })
    vi.stubGlobal('WebAssembly', undefined)
    await expect(openSession(model)).rejects.toMatchObject({ code: 'UNSUPPORTED_DEVICE' })
  })

  test('without SIMD in WebAssembly is an error UNSUPPORTED_DEVICE that says so', async () => {
    const model = await randomPlanModel(config, { seed: 1 })
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
    await expect(openSession(model)).rejects.toMatchObject({
      code: 'UNSUPPORTED_DEVICE',
      message: expect.stringContaining('SIMD'),
    })
  })

  test('that forbids compiling is an error BACKEND_FAILED with the reason', async () => {
    const model = await randomPlanModel(config, { seed: 1 })
    vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new WebAssembly.CompileError('disallowed by embedder'))
    await expect(openSession(model)).rejects.toMatchObject({
      code: 'BACKEND_FAILED',
      message: expect.stringContaining('disallowed by embedder'),
    })
  })
})
