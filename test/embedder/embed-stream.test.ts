import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmbedder } from '../../src/create-embedder.node.js'
import type { Embedder, EmbedStreamProgress } from '../../src/embedder/embedder-types.js'
import { batchTolerance } from '../support/expectations.js'
import { largestDifference, smallCheckpoint } from '../support/fixtures.js'

let embedder: Embedder
beforeAll(async () => {
  embedder = await createEmbedder({ model: smallCheckpoint, maxBatchTokens: 64 })
})
afterAll(() => embedder.dispose())

const texts = Array.from({ length: 100 }, (_, i) => `${'the knight rode on '.repeat((i * 7) % 5)}${i}`)

async function* asynchronously<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve()
    yield item
  }
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

/** Collects until an error, and returns both. */
async function collectUntilError<T>(stream: AsyncIterable<T>): Promise<{ items: T[]; error: unknown }> {
  const items: T[] = []
  try {
    for await (const item of stream) items.push(item)
    return { items, error: undefined }
  } catch (error) {
    return { items, error }
  }
}

/** Endless texts. `counts` has the number of texts read, and whether the source was closed. */
function endless() {
  const counts = { read: 0, isClosed: false }
  function* source(): Generator<string> {
    try {
      for (;;) yield `windmill ${counts.read++}`
    } finally {
      counts.isClosed = true
    }
  }
  return { counts, source: source() }
}

describe('a stream', () => {
  test.each([
    ['an array', () => texts],
    ['a set', () => new Set(texts)],
    ['a generator', () => texts.values()],
    ['an async generator', () => asynchronously(texts)],
  ])('a stream of %s gives the vectors of embed in order', async (_, source) => {
    const expected = await embedder.embed(texts, { normalize: true })
    const vectors = await collect(embedder.embedStream(source(), { normalize: true }))
    expect(vectors).toHaveLength(texts.length)
    vectors.forEach((vector, i) => {
      expect(largestDifference(vector, expected[i]!)).toBeLessThan(batchTolerance)
    })
  })

  test('an empty stream gives no vectors', async () => {
    expect(await collect(embedder.embedStream([]))).toEqual([])
  })

  test('a stream takes the options of embed', async () => {
    const [vector] = await collect(
      embedder.embedStream(['knight'], { pooling: 'cls', truncateDim: 8, prompt: 'the ', maxLength: 3 }),
    )
    const expected = await embedder.embed('the knight', { pooling: 'cls', truncateDim: 8, maxLength: 3 })
    expect(vector).toEqual(expected)
  })

  test('a source is read at most 512 texts ahead, and closed when the consumer stops', async () => {
    const { counts, source } = endless()
    let taken = 0
    for await (const vector of embedder.embedStream(source)) {
      expect(vector).toHaveLength(64)
      expect(counts.read).toBeLessThanOrEqual(512 + ++taken)
      if (taken === 50) break
    }
    expect(counts.isClosed).toBe(true)
    const { read } = counts
    expect(await embedder.embed('knight')).toHaveLength(64)
    expect(counts.read).toBe(read)
  })

  test('a vector is yielded although the source has not given the next text yet', async () => {
    let answer: (text: string) => void = () => {}
    async function* conversation() {
      yield 'knight'
      yield await new Promise<string>((resolve) => {
        answer = resolve
      })
    }
    const stream = embedder.embedStream(conversation())
    expect((await stream.next()).value).toHaveLength(64)
    const second = stream.next()
    await new Promise((resolve) => setTimeout(resolve))
    answer('squire')
    expect((await second).value).toHaveLength(64)
    expect(await stream.next()).toEqual({ done: true, value: undefined })
  })

  test('the consumer can stop while the source does not answer', async () => {
    async function* silent() {
      yield 'knight'
      await new Promise(() => {})
    }
    for await (const vector of embedder.embedStream(silent())) {
      expect(vector).toHaveLength(64)
      break
    }
  })

  test('a source that fails ends the stream after the vectors of the texts before', async () => {
    function* failing() {
      yield* texts.slice(0, 30)
      throw new Error('disk gone')
    }
    const { items, error } = await collectUntilError(embedder.embedStream(failing()))
    expect(items).toHaveLength(30)
    expect(error).toMatchObject({ message: 'disk gone' })
  })

  test('a text that is not a string ends the stream with its index after the vectors before', async () => {
    const source = ['knight', 'squire', 7 as unknown as string, 'horse']
    const { items, error } = await collectUntilError(embedder.embedStream(source))
    expect(items).toHaveLength(2)
    expect(error).toMatchObject({ code: 'INVALID_TEXT', message: expect.stringContaining('Text 2') })
  })

  test.each([
    ['a string', 'knight'],
    ['undefined', undefined],
    ['a number', 7],
    ['an object', {}],
  ])('a stream of %s is an error INVALID_TEXT at once', (_, source) => {
    expect(() => embedder.embedStream(source as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_TEXT' }),
    )
  })

  test('an invalid option of a stream is an error INVALID_OPTION at once', () => {
    expect(() => embedder.embedStream(texts, { truncateDim: 0 })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })

  test('a signal aborts a stream although its source does not answer', async () => {
    async function* silent() {
      yield 'knight'
      await new Promise(() => {})
    }
    const controller = new AbortController()
    const stream = embedder.embedStream(silent(), { signal: controller.signal })
    await stream.next()
    const next = stream.next()
    controller.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
    expect(await embedder.embed('knight')).toHaveLength(64)
  })

  test('a stream ends with DISPOSED when the embedder is disposed of', async () => {
    const short = await createEmbedder({ model: smallCheckpoint, maxBatchTokens: 64 })
    const { counts, source } = endless()
    const stream = short.embedStream(source)
    await stream.next()
    await short.dispose()
    const { error } = await collectUntilError(stream)
    expect(error).toMatchObject({ code: 'DISPOSED' })
    expect(counts.isClosed).toBe(true)
    expect(() => short.embedStream([])).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
  })

  test('a stream reports progress in texts and tokens', async () => {
    const events: EmbedStreamProgress[] = []
    await collect(embedder.embedStream(['knight', 'squire'], { onProgress: (event) => events.push(event) }))
    expect(events.map(({ textsDone }) => textsDone)).toEqual([1, 2])
    const { attentionMask } = embedder.tokenize(['knight', 'squire'])
    expect(events[1]!.tokensDone).toBe(attentionMask.data.reduce((sum, one) => sum + one, 0))
  })
})
