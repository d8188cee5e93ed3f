/** Vectors compared with a stretch of others: where every pair's similarity comes from. */

import { clampCosine } from './similarity.js'
import type { SimilarityMetric } from './similarity-metrics.js'
import {
  absoluteDistancesWithRows,
  dotProductsWithRows,
  type RowsKernel,
  squaredDistancesWithRows,
  sumOfSquares,
} from './vector-kernels.js'
import type { Rows } from './vectors.js'

/**
 * Rows compared with all queries before the next ones: 64 vectors of 1024 values are 256 KiB, which stay in a core's
 * cache while the queries pass by.
 */
export const blockRows = 64

/** At most `blockRows` consecutive rows of a matrix. */
export interface RowBlock {
  readonly data: Float32Array
  /** In values. */
  readonly offset: number
  readonly count: number
}

/** Gives the similarities of a query with the rows of the block, in an array that the next query's overwrite. */
type OnSimilarities = (query: number, similarities: Float64Array) => void

/** Returns what compares all queries with a block of rows: one query after the other. */
export function createRowComparison(
  queries: Rows,
  metric: SimilarityMetric,
): (block: RowBlock, onSimilarities: OnSimilarities) => void {
  const { data, count, width } = queries
  const kernel = kernels[metric]
  const similarities = new Float64Array(blockRows)
  const inverseQueries = new Float64Array(count)
  const inverseRows = new Float64Array(blockRows)
  if (metric === 'cosine') fillInverseNorms(inverseQueries, { data, offset: 0, count }, width)

  return (block, onSimilarities) => {
    if (metric === 'cosine') fillInverseNorms(inverseRows, block, width)
    for (let query = 0; query < count; query++) {
      kernel(data, query * width, block.data, block.offset, block.count, width, similarities)
      for (let i = 0; i < block.count; i++)
        similarities[i] = finish(similarities[i]!, inverseQueries[query]!, inverseRows[i]!)
      onSimilarities(query, similarities)
    }
  }

  /** From a kernel's value to the similarity. 0 - distance, not -distance: equal vectors get 0, not -0. */
  function finish(value: number, inverseQuery: number, inverseRow: number): number {
    if (metric === 'cosine') return clampCosine(value * inverseQuery * inverseRow)
    if (metric === 'dot') return value
    return 0 - (metric === 'euclidean' ? Math.sqrt(value) : value)
  }
}

const kernels: Record<SimilarityMetric, RowsKernel> = {
  cosine: dotProductsWithRows,
  dot: dotProductsWithRows,
  euclidean: squaredDistancesWithRows,
  manhattan: absoluteDistancesWithRows,
}

/** 1 / norm of each row, 0 for a zero row: so its cosine comes out as 0. */
function fillInverseNorms(out: Float64Array, { data, offset, count }: RowBlock, width: number): void {
  for (let row = 0; row < count; row++) {
    const squares = sumOfSquares(data, offset + row * width, width)
    out[row] = squares === 0 ? 0 : 1 / Math.sqrt(squares)
  }
}
