import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTensor } from '../../src/tensor/tensor.js'
import type { Precision } from '../../src/vectors/precision.js'
import { embeddingRanges, quantizeEmbeddings } from '../../src/vectors/quantize.js'
import { type SearchOptions, semanticSearch } from '../../src/vectors/search.js'
import { type SimilarityMetric, similarityMetrics } from '../../src/vectors/similarity-metrics.js'
import type { StoredVectors } from '../../src/vectors/stored-rows.js'
import type { SearchHit } from '../../src/vectors/top-k.js'
import { pairSimilarities } from './pair-similarities.js'

interface Recorded {
  readonly dimension: number
  readonly queries: string
  readonly corpus: string
  readonly hits: Readonly<
    Record<SimilarityMetric, readonly (readonly { readonly corpus_id: number; readonly score: number }[])[]>
  >
  readonly bitsRescored: readonly (readonly number[])[]
}

const recorded: Recorded = JSON.parse(
  readFileSync(new URL('../fixtures/embeddings/search.json', import.meta.url), 'utf8'),
)

function vectorsOf(base64: string): Float32Array[] {
  const data = new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer)
  const { dimension } = recorded
  return Array.from({ length: data.length / dimension }, (_, row) =>
    data.slice(row * dimension, (row + 1) * dimension),
  )
}

const queries = vectorsOf(recorded.queries)
const corpus = vectorsOf(recorded.corpus)
const indicesOf = (hits: readonly SearchHit[]) => hits.map(({ index }) => index)

describe("sentence-transformers' semantic_search", () => {
  test.each(similarityMetrics)(
    'semanticSearch finds what sentence-transformers finds by %s, with the same scores',
    (metric) => {
      const found = semanticSearch(queries, corpus, { metric, topK: 9 })
      for (const [query, expected] of recorded.hits[metric].entries()) {
        expect(indicesOf(found[query]!)).toEqual(expected.map(({ corpus_id }) => corpus_id))
        // The scores of sentence-transformers are rounded to float32.
        for (const [place, { score }] of expected.entries())
          expect(Math.abs(found[query]![place]!.score - score)).toBeLessThan(1e-5)
      }
    },
  )

  test('semanticSearch rescores bits to the order of sentence-transformers', () => {
    const packed = quantizeEmbeddings(corpus, { precision: 'ubinary' })
    const options = { precision: 'ubinary', topK: 9, rescoreMultiplier: 1000, metric: 'dot' } as const
    expect(semanticSearch(queries, packed, options).map(indicesOf)).toEqual(recorded.bitsRescored)
  })
})

describe('semanticSearch', () => {
  test('semanticSearch finds what sorting all similarities finds, equal scores in the order of the corpus', () => {
    // Few different values, so that many scores are equal. More vectors than one block.
    const vectors = (maxLength: number) =>
      fc.array(fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 3, maxLength: 3 }), {
        minLength: 1,
        maxLength,
        size: 'max',
      })
    const inputs = fc.tuple(
      vectors(4),
      vectors(150),
      fc.integer({ min: 1, max: 160 }),
      fc.constantFrom(...similarityMetrics),
    )
    fc.assert(
      fc.property(inputs, ([some, many, topK, metric]) => {
        const all = semanticSearch(some, many, { topK: many.length, metric })
        const found = semanticSearch(some, many, { topK, metric })
        for (const [query, hits] of all.entries()) {
          expect([...indicesOf(hits)].sort((a, b) => a - b)).toEqual([...many.keys()])
          expect(hits).toEqual([...hits].sort((a, b) => b.score - a.score || a.index - b.index))
          for (const { index, score } of hits)
            expect(Math.abs(score - pairSimilarities[metric](some[query]!, many[index]!))).toBeLessThan(1e-12)
          expect(found[query]).toEqual(hits.slice(0, topK))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('semanticSearch returns a list of hits for one query, and a list of lists for several', () => {
    const hits: SearchHit[] = semanticSearch(queries[0]!, corpus)
    expect(hits).toHaveLength(10)
    expect(semanticSearch([queries[0]!], corpus)).toEqual([hits])
    expect(semanticSearch([], corpus)).toEqual([])
    expect(semanticSearch(queries, [])).toEqual(queries.map(() => []))
    expect(semanticSearch(queries[0]!, corpus.slice(0, 3))).toHaveLength(3)
  })

  test('semanticSearch takes tensors of every precision', () => {
    const ranges = embeddingRanges(corpus)
    const toTensor = (vectors: readonly Float32Array[]) =>
      createTensor('float32', Float32Array.from(vectors.flatMap((vector) => [...vector])), [
        vectors.length,
        recorded.dimension,
      ])
    for (const precision of ['float32', 'int8', 'uint8', 'binary', 'ubinary'] as const) {
      const list = quantizeEmbeddings(corpus, { precision, ranges })
      const tensor = quantizeEmbeddings(toTensor(corpus), { precision, ranges })
      const options = { precision, ranges }
      const expected = semanticSearch(queries, list, options)
      expect(semanticSearch(toTensor(queries), tensor, options)).toEqual(expected)
    }
  })

  test.each(['int8', 'uint8'] as const)(
    'semanticSearch scores %s by the middle of each step',
    (precision) => {
      const ranges = embeddingRanges(corpus)
      const quantized = quantizeEmbeddings(corpus, { precision, ranges })
      const min = precision === 'int8' ? -128 : 0
      const middles = quantized.map((vector) =>
        Float32Array.from(vector, (step, i) => {
          const [minimum, maximum] = [ranges[0][i]!, ranges[1][i]!]
          return minimum + (step - min + 0.5) * ((maximum - minimum) / 255)
        }),
      )
      for (const metric of similarityMetrics) {
        const found = semanticSearch(queries, quantized, { precision, ranges, metric })
        const expected = semanticSearch(queries, middles, { metric })
        expect(found.map(indicesOf)).toEqual(expected.map(indicesOf))
        for (const [query, hits] of found.entries())
          for (const [place, { score }] of hits.entries())
            expect(Math.abs(score - expected[query]![place]!.score)).toBeLessThan(1e-5)
      }
    },
  )

  test.each([
    [16, 'binary'],
    [16, 'ubinary'],
    [13, 'binary'],
    [13, 'ubinary'],
    [3, 'ubinary'],
  ] as const)(
    'semanticSearch finds vectors of %i values in %s by the bits that differ',
    (width, precision) => {
      const cut = (vectors: readonly Float32Array[]) => vectors.map((vector) => vector.slice(0, width))
      const signs = (vectors: readonly Float32Array[]) =>
        cut(vectors).map((vector) => vector.map((value) => (value > 0 ? 1 : -1)))
      const packed = quantizeEmbeddings(cut(corpus), { precision })
      const found = semanticSearch(cut(queries), packed, { precision, rescore: false, topK: 40 })
      expect(found).toEqual(semanticSearch(signs(queries), signs(corpus), { topK: 40 }))
      const rescored = semanticSearch(cut(queries), packed, { precision, rescoreMultiplier: 1000 })
      expect(rescored).toEqual(semanticSearch(cut(queries), signs(corpus)))
    },
  )

  test('semanticSearch takes queries of the precision of the corpus', () => {
    const ranges = embeddingRanges(corpus)
    const search = (precision: Precision) => {
      const stored = quantizeEmbeddings(corpus, { precision, ranges })
      return semanticSearch(stored.slice(0, 5), stored, { precision, ranges, topK: 1 })
    }
    expect(search('int8').flatMap(indicesOf)).toEqual([0, 1, 2, 3, 4])
    expect(search('binary').map(([hit]) => hit!.score)).toEqual([1, 1, 1, 1, 1])
  })

  test('semanticSearch ranks a vector with NaN last', () => {
    const vectors = [new Float32Array([Number.NaN, 0]), new Float32Array([-1, 0]), new Float32Array([1, 0])]
    const query = new Float32Array([1, 0])
    expect(indicesOf(semanticSearch(query, vectors))).toEqual([2, 1, 0])
    expect(indicesOf(semanticSearch(query, vectors, { topK: 2 }))).toEqual([2, 1])
  })

  const anything = (value: unknown) => value as never
  const packed = quantizeEmbeddings(corpus, { precision: 'int8' })
  const search =
    (options: unknown, corpusOf: StoredVectors = corpus) =>
    () =>
      semanticSearch(queries, corpusOf, options as SearchOptions)

  test.each([
    ['topK 0', search({ topK: 0 }), 'INVALID_OPTION'],
    ['topK 1.5', search({ topK: 1.5 }), 'INVALID_OPTION'],
    ['an unknown metric', search({ metric: 'angle' }), 'INVALID_OPTION'],
    ['an unknown precision', search({ precision: 'int4' }), 'INVALID_OPTION'],
    ['int8 without ranges', search({ precision: 'int8' }, packed), 'INVALID_OPTION'],
    ['a rescoreMultiplier of 0', search({ rescoreMultiplier: 0 }), 'INVALID_OPTION'],
    ['rescore that is not a boolean', search({ rescore: 1 }), 'INVALID_OPTION'],
    ['a quantised corpus without its precision', search({}, packed), 'INVALID_TENSOR'],
    ['a float32 corpus searched as bits', search({ precision: 'ubinary' }), 'INVALID_TENSOR'],
    ['a corpus of another width', () => semanticSearch([queries[0]!.slice(1)], corpus), 'INVALID_TENSOR'],
    ['numbers as queries', () => semanticSearch(anything([1, 2]), corpus), 'INVALID_TENSOR'],
    ['one vector as the corpus', () => semanticSearch(queries, anything(corpus[0])), 'INVALID_TENSOR'],
    ['an undefined corpus', () => semanticSearch(queries, anything(undefined)), 'INVALID_TENSOR'],
  ])('semanticSearch refuses %s with a typed error', (_, call, code) => {
    expect(call).toThrow(expect.objectContaining({ code }))
  })
})
