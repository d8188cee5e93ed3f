import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { createEmbedder, type embed } from '../../src/create-embedder.node.js'
import type { Embedder, EmbedOptions } from '../../src/embedder/embedder-types.js'
import type { Precision } from '../../src/vectors/precision.js'
import { embeddingRanges, quantizeEmbeddings } from '../../src/vectors/quantize.js'
import { checkpointPath } from '../support/fixtures.js'

interface Encoded {
  readonly texts: readonly string[]
  readonly truncateDim: number
  readonly ranges: readonly [number[], number[]]
  readonly quantized: Readonly<Record<Exclude<Precision, 'float32'>, string>>
}

const recorded: Encoded = JSON.parse(
  readFileSync(new URL('../fixtures/embeddings/encoded.json', import.meta.url), 'utf8'),
)
const { texts, truncateDim, ranges } = recorded

let embedder: Embedder
beforeAll(async () => {
  embedder = await createEmbedder({ model: checkpointPath('sentence-transformers-new') })
})
afterAll(() => embedder.dispose())

describe.each(Object.entries(recorded.quantized))('precision %s', (name, base64) => {
  const precision = name as Precision
  const options = { precision, ranges, truncateDim, normalize: true }

  test('embed gives the bytes of sentence-transformers: truncated, normalised, then quantised', async () => {
    const vectors = await embedder.embed(texts, options)
    const bytes = vectors.map(({ buffer }) => Buffer.from(buffer as ArrayBuffer))
    expect(Buffer.concat(bytes).toString('base64')).toBe(base64)
  })

  test('one text, a query, a document and a stream have the same vector', async () => {
    const [expected] = await embedder.embed(texts.slice(0, 1), options)
    const query = await embedder.embedQuery(texts[0]!, { ...options, prompt: '' })
    const documents = await embedder.embedDocuments(texts.slice(0, 1), { ...options, prompt: '' })
    const { value } = await embedder.embedStream(texts, options).next()
    for (const vector of [await embedder.embed(texts[0]!, options), query, documents[0], value])
      expect(vector).toEqual(expected)
  })
})

describe('precision', () => {
  test('equal texts have separate arrays', async () => {
    const [first, second] = await embedder.embed(['knight', 'knight'], { precision: 'ubinary' })
    expect(second).toEqual(first)
    expect(second).not.toBe(first)
  })

  test('a quantised vector is quantizeEmbeddings of the float32 vector', async () => {
    const vectors = await embedder.embed(texts)
    const ranges = embeddingRanges(vectors)
    const quantized = await embedder.embed(texts, { precision: 'int8', ranges })
    const expected = quantizeEmbeddings(vectors, { precision: 'int8', ranges })
    // A text's vector may be rounded differently in another batch.
    for (const [text, vector] of quantized.entries())
      for (const [i, step] of vector.entries())
        expect(Math.abs(step - expected[text]![i]!)).toBeLessThanOrEqual(1)
    expect(await embedder.embed(texts, { precision: 'float32' })).toEqual(vectors)
  })

  test.each([
    ['an unknown precision', { precision: 'int4' as 'int8' }],
    ['int8 without ranges', { precision: 'int8' }],
    ['a range of whole vectors for truncated vectors', { precision: 'uint8', truncateDim: 8, ranges }],
    ['a number as ranges', { precision: 'uint8', ranges: 7 as never }],
  ] as const)('%s is an error INVALID_OPTION', async (_, options) => {
    await expect(embedder.embed('knight', options)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    expect(() => embedder.embedStream(['knight'], options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })
})

// The type check is the test: it includes the tests.
test('the type of a vector follows from the precision', () => {
  const { embed: embedTexts, embedQuery, embedDocuments, embedStream } = embedder
  const typed = (embedShared: typeof embed, options: EmbedOptions, either: string | string[]) => {
    expectTypeOf(embedTexts('a')).resolves.toEqualTypeOf<Float32Array>()
    expectTypeOf(embedTexts('a', {})).resolves.toEqualTypeOf<Float32Array>()
    expectTypeOf(embedTexts(['a'], options)).resolves.toEqualTypeOf<Float32Array[]>()
    expectTypeOf(embedTexts('a', { precision: 'int8' })).resolves.toEqualTypeOf<Int8Array>()
    expectTypeOf(embedTexts(['a'], { precision: 'ubinary' })).resolves.toEqualTypeOf<Uint8Array[]>()
    expectTypeOf(embedTexts(either)).resolves.toEqualTypeOf<Float32Array | Float32Array[]>()
    expectTypeOf(embedQuery('a', { precision: 'binary' })).resolves.toEqualTypeOf<Int8Array>()
    expectTypeOf(embedDocuments(['a'])).resolves.toEqualTypeOf<Float32Array[]>()
    expectTypeOf(embedStream(['a'], { precision: 'uint8' }).next()).resolves.toEqualTypeOf<
      IteratorResult<Uint8Array, void>
    >()
    expectTypeOf(embedShared('a')).resolves.toEqualTypeOf<Float32Array>()
    expectTypeOf(embedShared(['a'], { precision: 'int8', model: 'm' })).resolves.toEqualTypeOf<Int8Array[]>()
    // @ts-expect-error: no such precision
    embedTexts('a', { precision: 'int4' })
  }
  expect(typed).toBeTypeOf('function')
})
