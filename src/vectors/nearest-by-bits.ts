/** Finds the nearest of vectors that are packed into bits, by the number of bits that differ (the Hamming distance). */

import { blockRows } from './compare-rows.js'
import type { StoredRows } from './stored-rows.js'
import { createTopK } from './top-k.js'

/**
 * Returns the indices of the `size` rows nearest to each query, in ascending order. Of equally near rows the first ones
 * win.
 *
 * @param queries Consecutive queries, packed like the rows.
 */
export function nearestByBits(queries: Int8Array | Uint8Array, rows: StoredRows, size: number): number[][] {
  // Rows are compared 32 bits at a time. The bits that fill up a row's last word are 0 on both sides.
  const words = Math.ceil(rows.width / 4)
  const queryCount = rows.width === 0 ? 0 : queries.length / rows.width
  const queryWords = new Uint32Array(queryCount * words)
  const queryBytes = new Uint8Array(queryWords.buffer)
  for (let query = 0; query < queryCount; query++)
    queryBytes.set(queries.subarray(query * rows.width, (query + 1) * rows.width), query * words * 4)

  const block = new Uint32Array(blockRows * words)
  const blockBytes = new Uint8Array(block.buffer)
  const scores = new Float64Array(blockRows)
  const best = Array.from({ length: queryCount }, () => createTopK(size))
  for (let start = 0; start < rows.count; start += blockRows) {
    const count = Math.min(blockRows, rows.count - start)
    rows.copy(start, count, blockBytes, words * 4)
    for (let query = 0; query < queryCount; query++) {
      for (let row = 0; row < count; row++)
        scores[row] = -differingBits(queryWords, query * words, block, row * words, words)
      best[query]!.offer(start, scores, count)
    }
  }
  return best.map((top) =>
    top
      .hits()
      .map(({ index }) => index)
      .sort((a, b) => a - b),
  )
}

/** Σ popcount(a ^ b). The bits of a word are added in pairs, in fours and in eights, then by one multiplication. */
function differingBits(
  a: Uint32Array,
  aOffset: number,
  b: Uint32Array,
  bOffset: number,
  words: number,
): number {
  let sum = 0
  for (let i = 0; i < words; i++) {
    let bits = a[aOffset + i]! ^ b[bOffset + i]!
    bits -= (bits >>> 1) & 0x55555555
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
    sum += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return sum
}
