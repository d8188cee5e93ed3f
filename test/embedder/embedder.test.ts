import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmbedder } from '../../src/create-embedder.node.js'
import type {
  Embedder,
  EmbedOptions,
  EmbedProgress,
  ForwardOptions,
} from '../../src/embedder/embedder-types.js'
import type { ErrorCode } from '../../src/errors.js'
import { clsPooling, meanPooling } from '../../src/tensor/pooling.js'
import { batchTolerance, expectForward, expectIndependence, expectVectors } from '../support/expectations.js'
import {
  bareCheckpoints,
  checkpointPath,
  largestDifference,
  readReference,
  readSentenceReference,
  smallCheckpoint,
} from '../support/fixtures.js'

/** onnxruntime-node and the engine. */
const devices = ['cpu', 'wasm'] as const
const onDevices = (names: readonly string[]) =>
  names.flatMap((name) => devices.map((device) => [name, device] as const))

describe.each(onDevices(bareCheckpoints))('the checkpoint %s on the device %s', (name, device) => {
  const reference = readReference(name)
  let embedder: Embedder
  beforeAll(async () => {
    embedder = await createEmbedder({ model: checkpointPath(name), device })
  })
  afterAll(() => embedder.dispose())

  test('tokenize gives the ids of the Rust tokenizers', () => {
    const { inputIds, attentionMask, tokenTypeIds, tokens } = embedder.tokenize(reference.texts)
    const width = inputIds.shape[1]!
    reference.inputIds.forEach((ids, text) => {
      const row = (data: Int32Array) => Array.from(data.subarray(text * width, text * width + ids.length))
      expect(row(inputIds.data)).toEqual(ids)
      expect(row(tokenTypeIds.data)).toEqual(reference.tokenTypeIds[text])
      expect(tokens[text]).toHaveLength(ids.length)
    })
    const ones = attentionMask.data.reduce((sum, value) => sum + value, 0)
    expect(ones).toBe(reference.inputIds.flat().length)
    expect(embedder.maxLength).toBe(reference.maxLength)
  })

  test("forward gives PyTorch's last_hidden_state for a batch of mixed lengths", async () => {
    expectForward(await embedder.forward(reference.texts), reference)
  })

  test.each(reference.pooled)(
    "embed with pooling %s gives sentence-transformers' vectors",
    async (mode, expected) => {
      expectVectors(await embedder.embed(reference.texts, { pooling: mode }), expected)
    },
  )

  test('embed pools by the mean by default, and normalises if the option is set', async () => {
    expectVectors(await embedder.embed(reference.texts, { normalize: true }), reference.normalizedMean)
  })

  test('the vector of a text does not depend on the other texts of the call', async () => {
    await expectIndependence(embedder, reference.texts, device === 'wasm' ? 0 : undefined)
  })
})

const sentenceModels = ['sentence-transformers-new', 'sentence-transformers-old']
describe.each(onDevices(sentenceModels))('the sentence model %s on the device %s', (name, device) => {
  const reference = readSentenceReference(name)
  let embedder: Embedder
  beforeAll(async () => {
    embedder = await createEmbedder({ model: checkpointPath(name), device })
  })
  afterAll(() => embedder.dispose())

  test('embed gives the vectors of SentenceTransformer.encode with default options', async () => {
    expect(embedder.dimension).toBe(reference.dimension)
    expectVectors(await embedder.embed(reference.texts), reference.embeddings.none)
  })

  test('queries and documents get the prompts of the model', async () => {
    const queries = await Promise.all(reference.texts.map((text) => embedder.embedQuery(text)))
    expectVectors(queries, reference.embeddings.query)
    expectVectors(await embedder.embedDocuments(reference.texts), reference.embeddings.document)
  })
})

describe.each(devices)('an embedder on the device %s', (device) => {
  let embedder: Embedder
  beforeAll(async () => {
    embedder = await createEmbedder({ model: smallCheckpoint, device, maxBatchTokens: 64 })
  })
  afterAll(() => embedder.dispose())

  test('embed gives one vector for a text, a list for a list, and an empty list for an empty list', async () => {
    const vector = await embedder.embed('In a village of La Mancha')
    expect(vector).toBeInstanceOf(Float32Array)
    expect(vector).toHaveLength(embedder.dimension)
    expect(await embedder.embed(['In a village of La Mancha'])).toEqual([vector])
    expect(await embedder.embed([])).toEqual([])
    expect((await embedder.forward([])).lastHiddenState.shape).toEqual([0, 0, 64])
  })

  test('vectors are in the order of the texts over many batches', async () => {
    const texts = Array.from({ length: 60 }, (_, i) => `${'the knight rode on '.repeat((i * 7) % 13)}${i}`)
    const vectors = await embedder.embed(texts)
    for (const index of [0, 1, 17, 42, 59])
      expect(largestDifference(vectors[index]!, await embedder.embed(texts[index]!))).toBeLessThan(
        batchTolerance,
      )
  })

  test('equal texts have equal vectors in separate arrays', async () => {
    const vectors = await embedder.embed(['squire', 'knight', 'squire', 'squire'])
    expect(vectors[2]).toEqual(vectors[0])
    expect(vectors[2]).not.toBe(vectors[0])
    expect(vectors[1]).not.toEqual(vectors[0])
  })

  test('equal texts count separately in progress', async () => {
    const progress: EmbedProgress[] = []
    const texts = ['squire', 'knight', 'squire', 'squire']
    await embedder.embed(texts, { onProgress: (event) => progress.push(event) })
    const { tokensTotal } = progress[0]!
    expect(tokensTotal).toBe(embedder.tokenize(texts).tokens.flat().length)
    expect(progress.at(-1)).toMatchObject({ textsDone: 4, textsTotal: 4, tokensDone: tokensTotal })
  })

  test('TEXT_TOO_LONG names the index in the list with equal texts', async () => {
    const call = embedder.embed(['a', 'a', 'a b c d e f'], { maxLength: 4, overflow: 'error' })
    await expect(call).rejects.toThrow(/Text 2/)
  })

  test('progress is reported in texts and tokens', async () => {
    const events: EmbedProgress[] = []
    const texts = ['knight', 'squire', 'In a village of La Mancha'.repeat(9)]
    await embedder.embed(texts, { onProgress: (event) => events.push(event) })
    expect(events.map(({ textsDone }) => textsDone)).toEqual([1, 3])
    expect(events.at(-1)).toMatchObject({ textsTotal: 3, tokensDone: events[0]!.tokensTotal })
  })

  test('forward with a pooling function gives the vectors of embed', async () => {
    const texts = ['knight', 'The squire followed his master.']
    const { lastHiddenState, attentionMask } = await embedder.forward(texts)
    const mean = meanPooling(lastHiddenState, attentionMask, { normalize: true })
    const cls = clsPooling(lastHiddenState)
    expect(
      largestDifference(
        mean.data,
        (await embedder.embed(texts, { normalize: true })).flatMap((v) => [...v]),
      ),
    ).toBeLessThan(batchTolerance)
    expect(
      largestDifference(
        cls.data,
        (await embedder.embed(texts, { pooling: 'cls' })).flatMap((v) => [...v]),
      ),
    ).toBeLessThan(batchTolerance)
  })

  test('forward pads to maxLength with padding "max_length"', async () => {
    const { lastHiddenState, attentionMask } = await embedder.forward('knight', { padding: 'max_length' })
    expect(lastHiddenState.shape).toEqual([1, 512, 64])
    expect(attentionMask.data.reduce((sum, value) => sum + value, 0)).toBeLessThan(20)
  })

  test('tokenize truncates to maxLength, keeps [SEP], and counts the truncated tokens', () => {
    const { tokens, truncatedTokens } = embedder.tokenize('the knight rode on '.repeat(20), { maxLength: 8 })
    expect(tokens[0]).toHaveLength(8)
    expect(tokens[0]!.at(-1)).toBe('[SEP]')
    const whole = embedder.tokenize('the knight rode on '.repeat(20))
    expect(truncatedTokens[0]).toBe(whole.tokens[0]!.length - 8)
  })

  test('truncateDim keeps the first values, and normalisation comes after it', async () => {
    const whole = await embedder.embed('knight')
    expect(await embedder.embed('knight', { truncateDim: 16 })).toEqual(whole.slice(0, 16))
    const [kept] = await embedder.embed(['knight'], { truncateDim: 16, normalize: true })
    expect(Math.hypot(...kept!)).toBeCloseTo(1, 6)
    expect(await embedder.embed('knight', { truncateDim: 9999 })).toEqual(whole)
  })

  test('the vectors of several poolings are concatenated', async () => {
    const both = await embedder.embed('knight', { pooling: ['cls', 'mean'] })
    const apart = [await embedder.embed('knight', { pooling: 'cls' }), await embedder.embed('knight')]
    expect([...both]).toEqual(apart.flatMap((vector) => [...vector]))
  })

  test('a prompt is put before every text', async () => {
    expect(await embedder.embed('knight', { prompt: 'query: ' })).toEqual(
      await embedder.embed('query: knight'),
    )
    expect(await embedder.embedQuery('knight')).toEqual(await embedder.embed('knight'))
  })

  test('concurrent calls give the vectors of separate calls', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `the knight and ${i} windmills`)
    const concurrent = await Promise.all(texts.map((text) => embedder.embed(text)))
    for (const [i, text] of texts.entries()) expect(concurrent[i]).toEqual(await embedder.embed(text))
  })

  test('any string can be embedded, lone surrogates included', async () => {
    const texts = [
      '',
      ' \n\t ',
      '\ud800',
      'a\udc00b',
      '\u0000',
      '𝒳𠀀👩‍🚀',
      '[SEP] [PAD] [MASK]',
      'x'.repeat(5000),
    ]
    for (const vector of await embedder.embed(texts)) expect(vector.every(Number.isFinite)).toBe(true)
    expect(embedder.tokenize(['', '  ']).tokens).toEqual([
      ['[CLS]', '[SEP]'],
      ['[CLS]', '[SEP]'],
    ])
  })

  test('an embedder can be declared with await using', () => {
    expect(embedder[Symbol.asyncDispose]).toBe(embedder.dispose)
  })
})

describe.each(devices)('invalid calls of an embedder on the device %s', (device) => {
  let embedder: Embedder
  beforeAll(async () => {
    embedder = await createEmbedder({ model: smallCheckpoint, device, maxBatchTokens: 8 })
  })
  afterAll(() => embedder.dispose())

  const invalid = (value: unknown) => value as never

  /** Tests that a call rejects with a code, and that the embedder still works. */
  function refuses(what: string, call: () => Promise<unknown>, code: ErrorCode): void {
    test(`${what} is an error ${code}, and the embedder still works`, async () => {
      await expect(call()).rejects.toMatchObject({ code })
      expect(await embedder.embed('knight')).toHaveLength(64)
    })
  }
  const refusesOption = (what: string, options: EmbedOptions) =>
    refuses(what, () => embedder.embed('knight', options), 'INVALID_OPTION')
  const refusesForward = (what: string, options: ForwardOptions) =>
    refuses(what, () => embedder.forward('knight', options), 'INVALID_OPTION')
  const tooLong = () => embedder.embed(['a', 'b c d e f'], { maxLength: 4, overflow: 'error' })

  refuses('a number among the texts', () => embedder.embed(['knight', invalid(7)]), 'INVALID_TEXT')
  refuses('a hole among the texts', () => embedder.embed(new Array(2)), 'INVALID_TEXT')
  refuses('a missing text', () => embedder.embed(invalid(undefined)), 'INVALID_TEXT')
  refuses('an object as text', () => embedder.forward(invalid({})), 'INVALID_TEXT')
  refuses('a too long text with overflow "error"', tooLong, 'TEXT_TOO_LONG')
  refusesOption('an unknown pooling', { pooling: invalid('median') })
  refusesOption('an empty pooling', { pooling: [] })
  refusesOption('maxLength without room for [CLS] and [SEP]', { maxLength: 1 })
  refusesOption("maxLength above the model's positions", { maxLength: 513 })
  refusesOption('truncateDim 0', { truncateDim: 0 })
  refusesOption('a string as normalize', { normalize: invalid('yes') })
  refusesOption('a number as prompt', { prompt: invalid(7) })
  refuses(
    'a number as the prompt of a query',
    () => embedder.embedQuery('knight', { prompt: invalid(7) }),
    'INVALID_OPTION',
  )
  refusesOption('an unknown overflow', { overflow: invalid('wrap') })
  refusesForward('a string as maxLength', { maxLength: invalid('8') })
  refusesForward('an unknown padding', { padding: invalid('left') })

  test('INVALID_TEXT is a TypeError that names the index of the text', async () => {
    await expect(embedder.embed(['a', 'b', invalid(null)])).rejects.toThrow(TypeError)
    await expect(embedder.embed(['a', 'b', invalid(null)])).rejects.toThrow(/Text 2 is null/)
  })

  test('a signal aborts a call before its first batch and between two batches', async () => {
    const aborted = AbortSignal.abort(new Error('enough'))
    await expect(embedder.embed('knight', { signal: aborted })).rejects.toThrow('enough')
    const controller = new AbortController()
    let batches = 0
    const onProgress = () => {
      batches++
      controller.abort(new Error('enough'))
    }
    const call = embedder.embed(['a', 'b', 'c', 'd', 'e', 'f'], { signal: controller.signal, onProgress })
    await expect(call).rejects.toThrow('enough')
    expect(batches).toBe(1)
    expect(await embedder.embed('knight')).toHaveLength(64)
  })

  test('an error of onProgress rejects its call only', async () => {
    const onProgress = () => {
      throw new Error('mine')
    }
    await expect(embedder.embed('knight', { onProgress })).rejects.toThrow('mine')
    expect(await embedder.embed('knight')).toHaveLength(64)
  })

  test('every call after dispose is an error DISPOSED, and dispose may be called twice', async () => {
    const short = await createEmbedder({ model: smallCheckpoint, device, maxBatchTokens: 8 })
    const running = short.embed(['a', 'b', 'c', 'd', 'e', 'f'])
    const disposals = [short.dispose(), short.dispose()]
    await expect(running).rejects.toMatchObject({ code: 'DISPOSED' })
    await Promise.all(disposals)
    await expect(short.embed('knight')).rejects.toMatchObject({ code: 'DISPOSED' })
    await expect(short.forward('knight')).rejects.toMatchObject({ code: 'DISPOSED' })
    expect(() => short.tokenize('knight')).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
  })
})

describe('yielding to the event loop', () => {
  test('the event loop runs while many texts are tokenized, and an abort ends the call', async () => {
    const embedder = await createEmbedder({ model: smallCheckpoint })
    const controller = new AbortController()
    let turns = 0
    const timer = setInterval(() => {
      if (++turns === 3) controller.abort(new Error('enough'))
    }, 0)
    const texts = Array.from(
      { length: 2000 },
      (_, i) => 'The squire followed his master along the road. '.repeat(20) + i,
    )
    const call = embedder.embed(texts, { signal: controller.signal, onProgress: () => expect.unreachable() })
    await expect(call).rejects.toThrow('enough')
    clearInterval(timer)
    expect(turns).toBeGreaterThanOrEqual(3)
    await embedder.dispose()
  })
})
