import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmbedder } from '../../src/create-embedder.node.js'
import type { Embedder, EmbedProgress } from '../../src/embedder/embedder-types.js'
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

describe.each(bareCheckpoints)('the checkpoint %s', (name) => {
  const reference = readReference(name)
  let embedder: Embedder
  beforeAll(async () => {
    embedder = await createEmbedder({ model: checkpointPath(name) })
  })
  afterAll(() => embedder.dispose())

  test('tokenizes to the ids of the Rust tokenizers', () => {
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

  test('embed pools by the mean, and normalises on request', async () => {
    expectVectors(await embedder.embed(reference.texts, { normalize: true }), reference.normalizedMean)
  })

  test("a text's vector does not depend on the texts beside it", async () => {
    await expectIndependence(embedder, reference.texts)
  })
})

describe.each(['sentence-transformers-new', 'sentence-transformers-old'])('the sentence model %s', (name) => {
  const reference = readSentenceReference(name)
  let embedder: Embedder
  beforeAll(async () => {
    embedder = await createEmbedder({ model: checkpointPath(name) })
  })
  afterAll(() => embedder.dispose())

  test('gives what SentenceTransformer.encode gives, with no other option', async () => {
    expect(embedder.dimension).toBe(reference.dimension)
    expectVectors(await embedder.embed(reference.texts), reference.embeddings.none)
  })

  test("puts the model's own prompts before queries and documents", async () => {
    const queries = await Promise.all(reference.texts.map((text) => embedder.embedQuery(text)))
    expectVectors(queries, reference.embeddings.query)
    expectVectors(await embedder.embedDocuments(reference.texts), reference.embeddings.document)
  })
})

describe('an embedder', () => {
  let embedder: Embedder
  beforeAll(async () => {
    embedder = await createEmbedder({ model: smallCheckpoint, maxBatchTokens: 64 })
  })
  afterAll(() => embedder.dispose())

  test('gives one vector for a text, a list for a list, nothing for nothing', async () => {
    const vector = await embedder.embed('In a village of La Mancha')
    expect(vector).toBeInstanceOf(Float32Array)
    expect(vector).toHaveLength(embedder.dimension)
    expect(await embedder.embed(['In a village of La Mancha'])).toEqual([vector])
    expect(await embedder.embed([])).toEqual([])
    expect((await embedder.forward([])).lastHiddenState.shape).toEqual([0, 0, 64])
  })

  test('keeps the order of many texts over many batches', async () => {
    const texts = Array.from({ length: 60 }, (_, i) => `${'the knight rode on '.repeat((i * 7) % 13)}${i}`)
    const vectors = await embedder.embed(texts)
    for (const index of [0, 1, 17, 42, 59])
      expect(largestDifference(vectors[index]!, await embedder.embed(texts[index]!))).toBeLessThan(
        batchTolerance,
      )
  })

  test('embeds equal texts once, and gives each a vector of its own', async () => {
    const progress: EmbedProgress[] = []
    const texts = ['squire', 'knight', 'squire', 'squire']
    const onProgress = (event: EmbedProgress) => progress.push(event)
    const vectors = await embedder.embed(texts, { onProgress })
    expect(vectors[2]).toEqual(vectors[0])
    expect(vectors[2]).not.toBe(vectors[0])
    expect(vectors[1]).not.toEqual(vectors[0])
    const { tokensTotal } = progress[0]!
    expect(tokensTotal).toBe(embedder.tokenize(texts).tokens.flat().length)
    expect(progress.at(-1)).toMatchObject({ textsDone: 4, textsTotal: 4, tokensDone: tokensTotal })
    await expect(
      embedder.embed(['a', 'a', 'a b c d e f'], { maxLength: 4, overflow: 'error' }),
    ).rejects.toThrow(/Text 2/)
  })

  test('reports progress in texts and tokens', async () => {
    const events: EmbedProgress[] = []
    const texts = ['knight', 'squire', 'In a village of La Mancha'.repeat(9)]
    await embedder.embed(texts, { onProgress: (event) => events.push(event) })
    expect(events.map(({ textsDone }) => textsDone)).toEqual([1, 3])
    expect(events.at(-1)).toMatchObject({ textsTotal: 3, tokensDone: events[0]!.tokensTotal })
  })

  test('forward and the pooling functions give what embed gives', async () => {
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

  test('forward pads to maxLength on request', async () => {
    const { lastHiddenState, attentionMask } = await embedder.forward('knight', { padding: 'max_length' })
    expect(lastHiddenState.shape).toEqual([1, 512, 64])
    expect(attentionMask.data.reduce((sum, value) => sum + value, 0)).toBeLessThan(20)
  })

  test('truncates to maxLength keeping [SEP], and says by how much', () => {
    const { tokens, truncatedTokens } = embedder.tokenize('the knight rode on '.repeat(20), { maxLength: 8 })
    expect(tokens[0]).toHaveLength(8)
    expect(tokens[0]!.at(-1)).toBe('[SEP]')
    const whole = embedder.tokenize('the knight rode on '.repeat(20))
    expect(truncatedTokens[0]).toBe(whole.tokens[0]!.length - 8)
  })

  test('keeps the first values on request, and normalises what is kept', async () => {
    const whole = await embedder.embed('knight')
    expect(await embedder.embed('knight', { truncateDim: 16 })).toEqual(whole.slice(0, 16))
    const [kept] = await embedder.embed(['knight'], { truncateDim: 16, normalize: true })
    expect(Math.hypot(...kept!)).toBeCloseTo(1, 6)
    expect(await embedder.embed('knight', { truncateDim: 9999 })).toEqual(whole)
  })

  test('concatenates several poolings', async () => {
    const both = await embedder.embed('knight', { pooling: ['cls', 'mean'] })
    const apart = [await embedder.embed('knight', { pooling: 'cls' }), await embedder.embed('knight')]
    expect([...both]).toEqual(apart.flatMap((vector) => [...vector]))
  })

  test('puts a prompt before every text', async () => {
    expect(await embedder.embed('knight', { prompt: 'query: ' })).toEqual(
      await embedder.embed('query: knight'),
    )
    expect(await embedder.embedQuery('knight')).toEqual(await embedder.embed('knight'))
  })

  test('runs concurrent calls side by side', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `the knight and ${i} windmills`)
    const concurrent = await Promise.all(texts.map((text) => embedder.embed(text)))
    for (const [i, text] of texts.entries()) expect(concurrent[i]).toEqual(await embedder.embed(text))
  })

  test('embeds any string there is, lone surrogates and all', async () => {
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

  test('can be embedded in a using declaration', () => {
    expect(embedder[Symbol.asyncDispose]).toBe(embedder.dispose)
  })
})

describe('wrong use of an embedder', () => {
  let embedder: Embedder
  beforeAll(async () => {
    embedder = await createEmbedder({ model: smallCheckpoint, maxBatchTokens: 8 })
  })
  afterAll(() => embedder.dispose())

  const anything = (value: unknown) => value as never

  test.each([
    ['a number among the texts', () => embedder.embed(['knight', anything(7)]), 'INVALID_TEXT'],
    ['a hole among the texts', () => embedder.embed(new Array(2)), 'INVALID_TEXT'],
    ['no texts at all', () => embedder.embed(anything(undefined)), 'INVALID_TEXT'],
    ['an object as text', () => embedder.forward(anything({})), 'INVALID_TEXT'],
    ['an unknown pooling', () => embedder.embed('knight', { pooling: anything('median') }), 'INVALID_OPTION'],
    ['no pooling', () => embedder.embed('knight', { pooling: [] }), 'INVALID_OPTION'],
    [
      'maxLength without room for [CLS] and [SEP]',
      () => embedder.embed('knight', { maxLength: 1 }),
      'INVALID_OPTION',
    ],
    [
      "maxLength over the model's positions",
      () => embedder.embed('knight', { maxLength: 513 }),
      'INVALID_OPTION',
    ],
    [
      'maxLength that is no number',
      () => embedder.forward('knight', { maxLength: anything('8') }),
      'INVALID_OPTION',
    ],
    ['truncateDim 0', () => embedder.embed('knight', { truncateDim: 0 }), 'INVALID_OPTION'],
    [
      'normalize that is no boolean',
      () => embedder.embed('knight', { normalize: anything('yes') }),
      'INVALID_OPTION',
    ],
    [
      'a prompt that is no string',
      () => embedder.embedQuery('knight', { prompt: anything(7) }),
      'INVALID_OPTION',
    ],
    ['an unknown overflow', () => embedder.embed('knight', { overflow: anything('wrap') }), 'INVALID_OPTION'],
    ['an unknown padding', () => embedder.forward('knight', { padding: anything('left') }), 'INVALID_OPTION'],
    [
      'a text too long for overflow error',
      () => embedder.embed(['a', 'b c d e f'], { maxLength: 4, overflow: 'error' }),
      'TEXT_TOO_LONG',
    ],
  ])('%s is a typed error, and the embedder lives on', async (_, call, code) => {
    await expect(call()).rejects.toMatchObject({ code })
    expect(await embedder.embed('knight')).toHaveLength(64)
  })

  test('an error names the index of what is no string', async () => {
    await expect(embedder.embed(['a', 'b', anything(null)])).rejects.toThrow(TypeError)
    await expect(embedder.embed(['a', 'b', anything(null)])).rejects.toThrow(/Text 2 is null/)
  })

  test('a signal ends a call before its first batch and between two', async () => {
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

  test('an error thrown by onProgress reaches the caller and nothing else', async () => {
    const onProgress = () => {
      throw new Error('mine')
    }
    await expect(embedder.embed('knight', { onProgress })).rejects.toThrow('mine')
    expect(await embedder.embed('knight')).toHaveLength(64)
  })

  test('after dispose, which may be called twice, every call is an error DISPOSED', async () => {
    const short = await createEmbedder({ model: smallCheckpoint, maxBatchTokens: 8 })
    const running = short.embed(['a', 'b', 'c', 'd', 'e', 'f'])
    const disposals = [short.dispose(), short.dispose()]
    await expect(running).rejects.toMatchObject({ code: 'DISPOSED' })
    await Promise.all(disposals)
    await expect(short.embed('knight')).rejects.toMatchObject({ code: 'DISPOSED' })
    await expect(short.forward('knight')).rejects.toMatchObject({ code: 'DISPOSED' })
    expect(() => short.tokenize('knight')).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
  })
})

describe('the event loop', () => {
  test('turns while many texts are tokenized, and an abort is noticed there', async () => {
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
