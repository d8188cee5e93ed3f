/** Finds the vectors of a corpus that are most similar to a query. It compares all of them, so the result is exact. */

import { checkOneOf } from '../checks/check-one-of.js'
import { checkBoolean, checkOptions, type OptionChecks } from '../checks/check-options.js'
import { checkWholeNumber } from '../checks/check-whole-number.js'
import { ArgumentRangeError } from '../errors.js'
import { createBlockReader } from './block-reader.js'
import { blockRows, createRowComparison } from './compare-rows.js'
import { nearestByBits } from './nearest-by-bits.js'
import {
  checkRangePair,
  checkRanges,
  type EmbeddingRanges,
  isPacked,
  needsRanges,
  type Precision,
  precisions,
} from './precision.js'
import { quantizeRows } from './quantize-kernels.js'
import { type SimilarityMetric, similarityMetrics } from './similarity-metrics.js'
import { isQuantized, type StoredRows, type StoredVectors, toStoredRows } from './stored-rows.js'
import { createTopK, type SearchHit } from './top-k.js'
import { type Rows, toRows, type Vectors } from './vectors.js'

/** Options of {@link semanticSearch}. */
export interface SearchOptions {
  /** How many vectors to find for each query. @default 10 */
  readonly topK?: number | undefined
  /** For vectors of length 1, `dot` returns the cosine and is faster. @default 'cosine' */
  readonly metric?: SimilarityMetric | undefined
  /** The precision of the corpus, and of queries that are quantised. @default 'float32' */
  readonly precision?: Precision | undefined
  /** The ranges with which the corpus was quantised. Required for `int8` and `uint8`. */
  readonly ranges?: EmbeddingRanges | undefined
  /**
   * For `binary` and `ubinary`: score the vectors found by their bits with the queries' own values instead of the
   * queries' bits. @default true
   */
  readonly rescore?: boolean | undefined
  /** For `rescore`: the search by bits finds `topK` times this many vectors. @default 4 */
  readonly rescoreMultiplier?: number | undefined
}

const searchOptions: OptionChecks<SearchOptions> = {
  topK: (option, value) => checkWholeNumber(option, value),
  metric: (option, value) => checkOneOf(option, value, similarityMetrics),
  precision: (option, value) => checkOneOf(option, value, precisions),
  ranges: checkRangePair,
  rescore: checkBoolean,
  rescoreMultiplier: (option, value) => checkWholeNumber(option, value),
}

/**
 * Finds the vectors of `corpus` that are most similar to each query, best first. Of equal scores the lower index comes
 * first.
 *
 * Quantised vectors are scored as floats: a byte of `int8` and `uint8` is the middle of its step, a bit of `binary` and
 * `ubinary` is +1 or -1. A corpus of bits is searched by the number of bits that differ, and the best vectors are then
 * scored again (Yamada et al. 2021, https://aclanthology.org/2021.acl-short.123, as sentence-transformers does).
 *
 * It blocks the calling thread: about 100 ms per query for 100,000 vectors of 384 values, and a tenth of that for bits.
 *
 * @param queries One vector, for which one list of hits is returned. Or a list of vectors or a tensor [queries,
 *   dimension], for which a list of hits per query is returned.
 * @param corpus A list of vectors or a tensor [vectors, dimension]. For bits, the tensor is [vectors, dimension / 8].
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TENSOR` unless all vectors have the same length and the
 *   given precision. `INVALID_OPTION` for a wrong option or missing ranges.
 * @example
 * const [best] = semanticSearch(await embed('Who followed Don Quixote?'), await embed(sentences))
 * console.log(sentences[best.index], best.score)
 */
export function semanticSearch(
  queries: Float32Array | Int8Array | Uint8Array,
  corpus: StoredVectors,
  options?: SearchOptions,
): SearchHit[]
export function semanticSearch(
  queries: StoredVectors,
  corpus: StoredVectors,
  options?: SearchOptions,
): SearchHit[][]
export function semanticSearch(
  queries: Float32Array | Int8Array | Uint8Array | StoredVectors,
  corpus: StoredVectors,
  options: SearchOptions = {},
): SearchHit[] | SearchHit[][] {
  checkOptions('semanticSearch', options, searchOptions)
  const { topK = 10, metric = 'cosine', precision = 'float32', ranges } = options
  const { rescore = true, rescoreMultiplier = 4 } = options

  const isSingle = ArrayBuffer.isView(queries)
  const stored = { precision, ranges }
  const queryRows = readQueries(isSingle ? [queries] : queries, stored)
  const corpusRows = toStoredRows(corpus, 'corpus', precision)
  const size = Math.min(topK, corpusRows.count)
  if (queryRows.count === 0) return []
  if (corpusRows.count > 0) checkWidth(corpusRows, queryRows, stored)
  const hits = isPacked(precision)
    ? searchBits(queryRows, corpusRows, {
        precision,
        metric,
        size,
        multiplier: rescore ? rescoreMultiplier : 0,
      })
    : searchValues(queryRows, corpusRows, { ...stored, metric, size })
  return isSingle ? hits[0]! : hits
}

interface Stored {
  readonly precision: Precision
  readonly ranges: EmbeddingRanges | undefined
}

/** Reads the queries as floats, of any precision. */
function readQueries(queries: StoredVectors, stored: Stored): Rows {
  if (!isQuantized(queries)) return toRows(queries as Vectors, 'queries')
  const rows = toStoredRows(queries, 'queries', stored.precision)
  const width = isPacked(stored.precision) ? rows.width * 8 : rows.width
  checkWidth(rows, { width }, stored)
  const data = new Float32Array(rows.count * width)
  const read = createBlockReader(rows, { ...stored, width })
  for (let start = 0; start < rows.count; start += blockRows) {
    const block = read(start, Math.min(blockRows, rows.count - start))
    data.set(block.data.subarray(0, block.count * width), start * width)
  }
  return { data, count: rows.count, width }
}

function searchValues(
  queries: Rows,
  corpus: StoredRows,
  { metric, size, ...stored }: Stored & { readonly metric: SimilarityMetric; readonly size: number },
): SearchHit[][] {
  const best = Array.from({ length: queries.count }, () => createTopK(size))
  const compare = createRowComparison(queries, metric)
  const read = createBlockReader(corpus, { ...stored, width: queries.width })
  for (let start = 0; start < corpus.count; start += blockRows) {
    const block = read(start, Math.min(blockRows, corpus.count - start))
    compare(block, (query, scores) => best[query]!.offer(start, scores, block.count))
  }
  return best.map((top) => top.hits())
}

/**
 * Finds vectors by the bits that differ, then scores them with the queries, or with the queries' bits if `multiplier`
 * is 0.
 */
function searchBits(
  queries: Rows,
  corpus: StoredRows,
  {
    precision,
    metric,
    size,
    multiplier,
  }: {
    readonly precision: 'binary' | 'ubinary'
    readonly metric: SimilarityMetric
    readonly size: number
    readonly multiplier: number
  },
): SearchHit[][] {
  const { data, width } = queries
  const bits = quantizeRows(queries, { precision }) as Int8Array | Uint8Array
  const found = nearestByBits(bits, corpus, Math.min(corpus.count, size * Math.max(1, multiplier)))
  const read = createBlockReader(corpus, { precision, width })
  return found.map((indices, query) => {
    const values = data.slice(query * width, (query + 1) * width)
    if (multiplier === 0) for (let i = 0; i < width; i++) values[i] = values[i]! > 0 ? 1 : -1
    const compare = createRowComparison({ data: values, count: 1, width }, metric)
    const best = createTopK(size)
    for (const index of indices) compare(read(index, 1), (_, scores) => best.offer(index, scores, 1))
    return best.hits()
  })
}

function checkWidth(rows: StoredRows, { width }: Pick<Rows, 'width'>, { precision, ranges }: Stored): void {
  const expected = isPacked(precision) ? Math.ceil(width / 8) : width
  if (rows.width !== expected)
    throw new ArgumentRangeError(
      'INVALID_TENSOR',
      `The queries have ${width} values, so the vectors of a ${precision} corpus have ${expected} numbers, not ${rows.width}: both have to come from the same model.`,
    )
  if (needsRanges(precision)) checkRanges(ranges, width)
}
