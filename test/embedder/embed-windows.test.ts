import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmbedder } from '../../src/create-embedder.node.js'
import type { Embedder, EmbedProgress } from '../../src/embedder/embedder-types.js'
import { memorySource } from '../../src/sources/memory.js'
import { meanPooling } from '../../src/tensor/pooling.js'
import type { PoolingMode } from '../../src/tensor/pooling-modes.js'
import { expectVectors } from '../support/expectations.js'
import {
  checkpointPath,
  largestDifference,
  readFiles,
  smallCheckpoint,
  tolerance,
} from '../support/fixtures.js'

interface RecordedWindows {
  readonly characters: number
  readonly maxLength: number
  readonly overlap: number
  readonly prompt: string
  readonly windows: readonly (readonly number[])[]
  readonly pooled: Readonly<Record<'cls' | 'mean' | 'max', string>>
  readonly normalizedMean: string
}

const read = (path: string) => readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8')
const recorded: readonly RecordedWindows[] = JSON.parse(read('embeddings/windows.json'))
const corpus = read('text/corpus.txt')

const floatsOf = (base64: string) => new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer)

let embedder: Embedder
beforeAll(async () => {
  embedder = await createEmbedder({ model: smallCheckpoint, maxBatchTokens: 512 })
})
afterAll(() => embedder.dispose())

describe.each(recorded)(
  'windows of $characters characters, $maxLength tokens each, $overlap shared, prompt "$prompt"',
  (one) => {
    const text = corpus.slice(0, one.characters)
    const { prompt, maxLength, overlap: windowOverlap } = one
    const options = { overflow: 'windows', maxLength, windowOverlap, prompt } as const

    test("the vector is the mean of PyTorch's vectors, weighted by tokens", async () => {
      for (const [pooling, expected] of Object.entries(one.pooled)) {
        const vector = await embedder.embed(text, { ...options, pooling: pooling as PoolingMode })
        expectVectors([vector], [floatsOf(expected)])
      }
    })

    test('the mean is normalised after it is computed', async () => {
      const vectors = await embedder.embed([text], { ...options, normalize: true })
      expectVectors(vectors, [floatsOf(one.normalizedMean)])
    })

    test('each window has the prompt and the special tokens', async () => {
      const events: EmbedProgress[] = []
      await embedder.embed(text, { ...options, onProgress: (event) => events.push(event) })
      const tokens = one.windows.flat().length
      expect(events.at(-1)).toEqual({
        type: 'embed',
        textsDone: 1,
        textsTotal: 1,
        tokensDone: tokens,
        tokensTotal: tokens,
      })
    })
  },
)

describe('tokenize with windows', () => {
  test.each(recorded.filter(({ prompt }) => prompt === ''))(
    'windows have the ids of the Rust tokenizers: $characters characters, $maxLength tokens, $overlap shared',
    ({ characters, maxLength, overlap, windows }) => {
      const options = { overflow: 'windows', maxLength, windowOverlap: overlap } as const
      const tokenization = embedder.tokenize(['knight', corpus.slice(0, characters)], options)
      const { inputIds, attentionMask, textIndices, truncatedTokens, tokens } = tokenization
      const [rows, width] = inputIds.shape as [number, number]
      expect(rows).toBe(windows.length + 1)
      const ids = Array.from({ length: rows }, (_, row) => {
        const mask = attentionMask.data.subarray(row * width, (row + 1) * width)
        return [...inputIds.data.subarray(row * width, row * width + mask.indexOf(0))]
      })
      const whole = (row: number) => [...inputIds.data.subarray(row * width, (row + 1) * width)]
      for (const [row, expected] of windows.entries())
        expect(expected.length === width ? whole(row + 1) : ids[row + 1]).toEqual(expected)
      expect(tokens.map(({ length }) => length).slice(1)).toEqual(windows.map(({ length }) => length))
      expect(textIndices).toEqual([0, ...windows.map(() => 1)])
      expect(truncatedTokens).toEqual(tokens.map(() => 0))
    },
  )

  test('windows share an eighth of their tokens by default', () => {
    const options = { overflow: 'windows', maxLength: 42 } as const
    expect(embedder.tokenize(corpus, options)).toEqual(
      embedder.tokenize(corpus, { ...options, windowOverlap: 5 }),
    )
  })

  test('tokenize gives a row for each text without windows', () => {
    expect(embedder.tokenize(['knight', corpus]).textIndices).toEqual([0, 1])
  })

  test('embed gives the mean of the rows that forward gives for the windows', async () => {
    const options = { overflow: 'windows', maxLength: 40 } as const
    const text = corpus.slice(0, 900)
    const { lastHiddenState, attentionMask, tokens } = await embedder.forward(text, options)
    const pooled = meanPooling(lastHiddenState, attentionMask)
    const total = tokens.flat().length
    const mean = Array.from({ length: 64 }, (_, i) =>
      tokens.reduce((sum, { length }, row) => sum + (pooled.data[row * 64 + i]! * length) / total, 0),
    )
    expect(largestDifference(await embedder.embed(text, options), mean)).toBeLessThan(tolerance)
  })
})

describe('embedding with windows', () => {
  test('a text that fits has the same bits with windows as with truncation', async () => {
    const texts = ['', 'knight', 'The squire followed his master.', corpus.slice(0, 1200)]
    for (const text of texts)
      expect(await embedder.embed(text, { overflow: 'windows' })).toEqual(await embedder.embed(text))
  })

  test('equal long texts have equal vectors, and count separately in progress', async () => {
    const options = { overflow: 'windows', maxLength: 32 } as const
    const long = corpus.slice(0, 600)
    const events: EmbedProgress[] = []
    const [first, short, second] = await embedder.embed([long, 'knight', long], {
      ...options,
      onProgress: (event) => events.push(event),
    })
    expect(second).toEqual(first)
    expect(second).not.toBe(first)
    expect(largestDifference(short!, await embedder.embed('knight'))).toBeLessThan(tolerance)
    const { tokens, textIndices } = embedder.tokenize([long, 'knight'], options)
    const tokensTotal = tokens.reduce(
      (sum, { length }, row) => sum + length * (textIndices[row] === 0 ? 2 : 1),
      0,
    )
    expect(events.at(-1)).toMatchObject({ textsDone: 3, tokensDone: tokensTotal, tokensTotal })
    for (const [at, { textsDone, tokensDone }] of events.slice(1).entries()) {
      expect(textsDone).toBeGreaterThanOrEqual(events[at]!.textsDone)
      expect(tokensDone).toBeGreaterThan(events[at]!.tokensDone)
    }
  })

  test('a stream gives the same vectors with windows', async () => {
    const options = { overflow: 'windows', maxLength: 32 } as const
    const texts = [corpus.slice(0, 600), 'knight', corpus.slice(300, 1500)]
    const expected = await embedder.embed(texts, options)
    const vectors: Float32Array[] = []
    let tokensDone = 0
    const onProgress = (progress: { readonly tokensDone: number }) => {
      tokensDone = progress.tokensDone
    }
    for await (const vector of embedder.embedStream(texts, { ...options, onProgress })) vectors.push(vector)
    vectors.forEach((vector, text) => {
      expect(largestDifference(vector, expected[text]!)).toBeLessThan(tolerance)
    })
    expect(tokensDone).toBe(embedder.tokenize(texts, options).tokens.flat().length)
  })

  test('a stream of long texts is read at most 262,144 tokens ahead', async () => {
    const long = corpus.repeat(12)
    const tokens = embedder.tokenize(long, { overflow: 'windows' }).tokens.flat().length
    let read = 0
    function* texts() {
      for (;;) {
        read++
        yield long
      }
    }
    for await (const _ of embedder.embedStream(texts(), { overflow: 'windows' })) break
    expect(read).toBeGreaterThan(1)
    expect((read - 2) * tokens).toBeLessThan(512 * 512)
  })

  test('each window has the prompt of a sentence model, and the mean is normalised', async () => {
    const sentence = await createEmbedder({ model: checkpointPath('sentence-transformers-new') })
    const options = { overflow: 'windows', maxLength: 24 } as const
    const vector = await sentence.embedQuery(corpus.slice(0, 500), options)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 6)
    const [document] = await sentence.embedDocuments([corpus.slice(0, 500)], options)
    expect(largestDifference(vector, document!)).toBeGreaterThan(tolerance)
    await sentence.dispose()
  })

  test('windows of a model that excludes prompts from pooling are weighted by their other tokens', async () => {
    const files = readFiles('sentence-transformers-new')
    const edit = (path: string, change: (json: never) => unknown) => {
      const json = JSON.parse(Buffer.from(files[path]!).toString())
      files[path] = Buffer.from(JSON.stringify(change(json as never)))
    }
    edit('modules.json', (modules: readonly unknown[]) => modules.slice(0, 2))
    edit('1_Pooling/config.json', (config: object) => ({ ...config, include_prompt: false }))
    const sentence = await createEmbedder({ model: memorySource(files) })
    const prompt = 'query: '
    const promptTokens = sentence.tokenizer.encode(prompt, { addSpecialTokens: false }).ids.length
    // Words of one token each, so that windows can be written as texts: two of five words, one of three.
    const words = Array.from({ length: 13 }, (_, i) => (i % 3 === 0 ? 'the' : 'and'))
    const texts = [words.slice(0, 5), words.slice(5, 10), words.slice(10)].map((part) => part.join(' '))
    const vectors = await sentence.embed(texts, { prompt })
    const mean = Array.from(
      vectors[0]!,
      (_, i) => (vectors[0]![i]! * 6 + vectors[1]![i]! * 6 + vectors[2]![i]! * 4) / 16,
    )
    const options = { overflow: 'windows', maxLength: promptTokens + 7, windowOverlap: 0, prompt } as const
    expect(largestDifference(await sentence.embed(words.join(' '), options), mean)).toBeLessThan(tolerance)
    await sentence.dispose()
  })

  test('a signal aborts a call between two windows', async () => {
    const controller = new AbortController()
    let batches = 0
    const onProgress = () => {
      batches++
      controller.abort(new Error('enough'))
    }
    const call = embedder.embed(corpus, { overflow: 'windows', signal: controller.signal, onProgress })
    await expect(call).rejects.toThrow('enough')
    expect(batches).toBe(1)
    expect(await embedder.embed('knight')).toHaveLength(64)
  })

  test('the event loop runs while one long text is tokenized, and an abort ends the call', async () => {
    const controller = new AbortController()
    let turns = 0
    const timer = setInterval(() => {
      if (++turns === 3) controller.abort(new Error('enough'))
    }, 0)
    const long = corpus.repeat(100)
    const call = embedder.embed(long, {
      overflow: 'windows',
      signal: controller.signal,
      onProgress: () => expect.unreachable(),
    })
    await expect(call).rejects.toThrow('enough')
    clearInterval(timer)
    expect(turns).toBeGreaterThanOrEqual(3)
  })

  test.each([
    ['an overlap that fills a window', { maxLength: 10, windowOverlap: 8 }],
    ['an overlap below 0', { windowOverlap: -1 }],
    ['a fractional overlap', { windowOverlap: 1.5 }],
    ['a window without room for a text', { maxLength: 2 }],
    ['a prompt that fills the window', { maxLength: 6, prompt: 'the knight rode on the road' }],
  ])('%s is an error INVALID_OPTION', async (_, options) => {
    await expect(embedder.embed('knight', { overflow: 'windows', ...options })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
    expect(() => embedder.embedStream(['knight'], { overflow: 'windows', ...options })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })
})
