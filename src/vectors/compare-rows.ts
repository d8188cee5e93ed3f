/** Compares vectors with a block of other vectors: computes the similarity of every pair. */

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
 * Number of rows of a block. A block is compared with all queries before the next block is read: 64 vectors of 1024
 * values are 256 KiB, which stay in a core's cache meanwhile.
 */
export const blockRows = 64

/** At most `blockRows` consecutive rows of a matrix. */
export interface RowBlock {
  readonly data: Float32Array
  /** Index in `data` at which the first row starts. */
  readonly offset: number
  readonly count: number
}

/** Receives the similarities of one query with the rows of the block. The next query overwrites the array. */
type OnSimilarities = (query: number, similarities: Float64Array) => void

/** Returns a function that compares all queries with a block of rows, one query at a time. */
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

  /**
   * Turns a kernel's value into the similarity. It is 0 - distance, not -distance, so that equal vectors get 0, not -0.
   */
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

/** Writes 1 / norm of each row. A zero row gets 0, so that its cosine with every vector is 0. */
function fillInverseNorms(out: Float64Array, { data, offset, count }: RowBlock, width: number): void {
  for (let row = 0; row < count; row++) {
    const squares = sumOfSquares(data, offset + row * width, width)
    out[row] = squares === 0 ? 0 : 1 / Math.sqrt(squares)
  }
}
