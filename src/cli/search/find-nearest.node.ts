/** Finds the rows of a file whose vectors are nearest to a query, with bounded memory. */

import type { SimilarityMetric } from '../../index.node.js'
import { semanticSearch } from '../../index.node.js'
import { CommandError } from '../command-error.js'
import { type FlagPrecision, vectorWidth } from '../model/embed-flags.node.js'
import type { IndexRow } from './index-row.js'

export interface RankedRow extends Omit<IndexRow, 'embedding'> {
  /** Number of the row in the file, from 0. */
  readonly index: number
  readonly score: number
}

interface NearestOptions {
  readonly topK: number
  readonly metric: SimilarityMetric
  readonly precision: FlagPrecision
  /** The file's name, for error messages. */
  readonly name: string
  readonly signal: AbortSignal
}

/** Rows that are searched at once: 6 MB of vectors of 384 values. */
const rowsAtATime = 4096

const types = { float32: Float32Array, binary: Int8Array, ubinary: Uint8Array } as const
const dtypes = { float32: 'float32', binary: 'int8', ubinary: 'uint8' } as const

/** @throws {CommandError} `WRONG_INDEX` if the vectors are not as long as the query. */
export async function findNearest(
  query: Float32Array,
  rows: AsyncIterable<IndexRow>,
  { topK, metric, precision, name, signal }: NearestOptions,
): Promise<RankedRow[]> {
  const width = vectorWidth(precision, query.length)
  const data = new types[precision](rowsAtATime * width)
  let block: IndexRow[] = []
  let best: RankedRow[] = []
  let start = 0

  function searchBlock(): void {
    const tensor = {
      dtype: dtypes[precision],
      data: data.subarray(0, block.length * width),
      shape: [block.length, width],
    }
    const hits = semanticSearch(query, tensor as never, { topK, metric, precision })
    const found = hits.map(({ index, score }) => {
      const { text, fields } = block[index]!
      return { index: start + index, score, text, fields }
    })
    best = [...best, ...found].sort((a, b) => b.score - a.score || a.index - b.index).slice(0, topK)
    start += block.length
    block = []
  }

  for await (const row of rows) {
    signal.throwIfAborted()
    if (row.embedding.length !== width)
      throw new CommandError(
        'WRONG_INDEX',
        `${name}, row ${start + block.length + 1} has ${row.embedding.length} values, but the query's vector has ${width}: it was made with another model or other options.`,
      )
    data.set(row.embedding, block.length * width)
    block.push(row)
    if (block.length === rowsAtATime) searchBlock()
  }
  if (block.length > 0) searchBlock()
  return best
}
