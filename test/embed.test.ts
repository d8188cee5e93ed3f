import { afterEach, describe, expect, test } from 'vitest'
import { nodeBackend } from '../src/backends/ort/ort.node.js'
import { createEmbedder } from '../src/create-embedder.node.js'
import { createSharedEmbedders } from '../src/embed.js'
import type { EmbedOptions } from '../src/embedder/embedder-types.js'
import type { ModelOptions } from '../src/model-options.js'
import { memorySource } from '../src/sources/memory.js'
import { createTokenizer } from '../src/text/create-tokenizer.js'
import { checkpointPath, readFiles, smallCheckpoint } from './support/fixtures.js'

/** Records the options of each load. */
function createCounted() {
  const loads: ModelOptions[] = []
  const shared = createSharedEmbedders((options) => {
    loads.push(options)
    return createEmbedder(options)
  })
  return { ...shared, loads }
}

describe('embed', () => {
  const counted = createCounted()
  const { embed, dispose: disposeEmbedders, loads } = counted
  afterEach(async () => {
    await disposeEmbedders()
    loads.length = 0
  })

  test('embed loads a model once, also for concurrent calls', async () => {
    const calls = [embed('knight', { model: smallCheckpoint }), embed(['squire'], { model: smallCheckpoint })]
    const [vector, vectors] = (await Promise.all(calls)) as [Float32Array, Float32Array[]]
    expect(vector).toHaveLength(64)
    expect(vectors[0]).toHaveLength(64)
    await embed('knight', { model: smallCheckpoint, normalize: true, pooling: 'cls', maxLength: 8 })
    expect(loads).toHaveLength(1)
  })

  test('options of one call do not apply to another', async () => {
    const normalized = await embed('knight', { model: smallCheckpoint, normalize: true })
    const plain = await embed('knight', { model: smallCheckpoint })
    expect(Math.hypot(...normalized)).toBeCloseTo(1, 6)
    expect(Math.hypot(...plain)).toBeGreaterThan(1.5)
  })

  test('other model options load another model', async () => {
    await embed('knight', { model: smallCheckpoint })
    await embed('knight', { model: checkpointPath('tiny-relu') })
    await embed('knight', { model: smallCheckpoint, threads: 1 })
    expect(loads).toHaveLength(3)
  })

  test('every option of a model is passed to the load, and no option of a call', async () => {
    const modelOptions = {
      model: memorySource({}),
      revision: 'x',
      token: 'x',
      endpoint: 'http://x',
      cacheDir: 'x',
      cache: false,
      offline: true,
      fetch,
      timeoutMs: 1,
      maxRetries: 1,
      retryDelayMs: 1,
      backend: nodeBackend(),
      tokenizer: createTokenizer({ vocab: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] }),
      dtype: 'q8',
      onnx: 'x',
      device: 'x',
      threads: 1,
      sessions: 1,
      maxBatchTokens: 1,
    } as const satisfies Required<Omit<ModelOptions, keyof EmbedOptions>>
    const onProgress = () => {}
    const call = { onProgress, signal: new AbortController().signal, normalize: true, maxLength: 8 } as const
    await expect(embed('knight', { ...modelOptions, ...call, pooling: 'max' })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    })
    expect(loads).toEqual([{ ...modelOptions, onProgress }])
  })

  test('invalid options load no model', async () => {
    for (const options of [{ normalise: true }, { normalize: 1 }]) {
      const call = embed('knight', { model: smallCheckpoint, ...options } as never)
      await expect(call).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    }
    expect(loads).toEqual([])
  })

  test('embed refuses an option of the wrong kind, also when a model is already loaded', async () => {
    await embed('knight', { model: smallCheckpoint })
    for (const wrong of [null, Number.NaN, Number.POSITIVE_INFINITY, Symbol('fp32'), 10n])
      for (const option of ['dtype', 'tokenizer', 'threads', 'revision', 'cache', 'backend'])
        await expect(
          embed('knight', { model: smallCheckpoint, [option]: wrong } as never),
        ).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })

  test('two sources with equal files are two models', async () => {
    const [one, other] = [memorySource(readFiles('tiny-relu')), memorySource(readFiles('tiny-relu'))]
    await embed('knight', { model: one })
    await embed('squire', { model: one })
    expect(loads).toHaveLength(1)
    await embed('knight', { model: other })
    expect(loads).toHaveLength(2)
  })

  test('a failed load is retried by the next call', async () => {
    const files: Record<string, Uint8Array> = {}
    const model = { name: 'late', open: (path: string) => memorySource(files).open(path) }
    await expect(embed('knight', { model })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    Object.assign(files, readFiles('tiny-relu'))
    expect(await embed('knight', { model })).toHaveLength(16)
  })

  test('an aborted call does not abort the load for other calls', async () => {
    const controller = new AbortController()
    const aborted = embed('knight', { model: smallCheckpoint, signal: controller.signal })
    const other = embed('knight', { model: smallCheckpoint })
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    expect(await other).toHaveLength(64)
    expect(loads).toHaveLength(1)
  })

  test('a model is loaded again after disposeEmbedders', async () => {
    await embed('knight', { model: smallCheckpoint })
    await disposeEmbedders()
    await embed('knight', { model: smallCheckpoint })
    expect(loads).toHaveLength(2)
  })
})
