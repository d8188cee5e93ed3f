import { afterEach, describe, expect, test } from 'vitest'
import { nodeBackend } from '../src/backends/ort/ort.node.js'
import { createEmbedder } from '../src/create-embedder.node.js'
import { createSharedEmbedders } from '../src/embed.js'
import type { EmbedOptions } from '../src/embedder/embedder.js'
import type { ModelOptions } from '../src/model-options.js'
import { memorySource } from '../src/sources/memory.js'
import { createTokenizer } from '../src/text/tokenizer.js'
import { checkpointPath, readFiles, smallCheckpoint } from './support/fixtures.js'

/** Counts how often a model is really loaded. */
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

  test('loads a model once, for concurrent calls too', async () => {
    const calls = [embed('knight', { model: smallCheckpoint }), embed(['squire'], { model: smallCheckpoint })]
    const [vector, vectors] = (await Promise.all(calls)) as [Float32Array, Float32Array[]]
    expect(vector).toHaveLength(64)
    expect(vectors[0]).toHaveLength(64)
    await embed('knight', { model: smallCheckpoint, normalize: true, pooling: 'cls', maxLength: 8 })
    expect(loads).toHaveLength(1)
  })

  test('takes what a call asks for from that call alone', async () => {
    const normalized = await embed('knight', { model: smallCheckpoint, normalize: true })
    const plain = await embed('knight', { model: smallCheckpoint })
    expect(Math.hypot(...normalized)).toBeCloseTo(1, 6)
    expect(Math.hypot(...plain)).toBeGreaterThan(1.5)
  })

  test('loads another model for other model options', async () => {
    await embed('knight', { model: smallCheckpoint })
    await embed('knight', { model: checkpointPath('tiny-relu') })
    await embed('knight', { model: smallCheckpoint, threads: 1 })
    expect(loads).toHaveLength(3)
  })

  test('hands every option of a model on, and no other', async () => {
    const own = {
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
    await expect(embed('knight', { ...own, ...call, pooling: 'max' })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    })
    expect(loads).toEqual([{ ...own, onProgress }])
  })

  test('loads nothing for options that cannot be', async () => {
    await expect(embed('knight', { model: smallCheckpoint, normalise: true } as never)).rejects.toMatchObject(
      {
        code: 'INVALID_OPTION',
      },
    )
    await expect(embed('knight', { model: smallCheckpoint, normalize: 1 as never })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
    expect(loads).toEqual([])
  })

  test('refuses a value that cannot be, with a model loaded already too', async () => {
    await embed('knight', { model: smallCheckpoint })
    for (const wrong of [null, Number.NaN, Number.POSITIVE_INFINITY, Symbol('fp32'), 10n])
      for (const option of ['dtype', 'tokenizer', 'threads', 'revision', 'cache', 'backend'])
        await expect(
          embed('knight', { model: smallCheckpoint, [option]: wrong } as never),
        ).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })

  test('knows a source by its identity', async () => {
    const [one, other] = [memorySource(readFiles('tiny-relu')), memorySource(readFiles('tiny-relu'))]
    await embed('knight', { model: one })
    await embed('squire', { model: one })
    expect(loads).toHaveLength(1)
    await embed('knight', { model: other })
    expect(loads).toHaveLength(2)
  })

  test('tries again after a failed load', async () => {
    const files: Record<string, Uint8Array> = {}
    const model = { name: 'late', open: (path: string) => memorySource(files).open(path) }
    await expect(embed('knight', { model })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    Object.assign(files, readFiles('tiny-relu'))
    expect(await embed('knight', { model })).toHaveLength(16)
  })

  test('an aborted call leaves the model to the others', async () => {
    const controller = new AbortController()
    const aborted = embed('knight', { model: smallCheckpoint, signal: controller.signal })
    const other = embed('knight', { model: smallCheckpoint })
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    expect(await other).toHaveLength(64)
    expect(loads).toHaveLength(1)
  })

  test('loads anew after disposeEmbedders', async () => {
    await embed('knight', { model: smallCheckpoint })
    await disposeEmbedders()
    await embed('knight', { model: smallCheckpoint })
    expect(loads).toHaveLength(2)
  })
})
