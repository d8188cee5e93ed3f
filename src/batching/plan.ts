/** Which texts go into a batch together: texts of like length, up to a number of tokens. */

export interface BatchPlanOptions {
  /** The most tokens a batch may have, padding included; a longer single text is a batch of its own. */
  readonly maxBatchTokens: number
}

/**
 * Sorts texts by their number of tokens, the longest first, and fills batches up to `maxBatchTokens`, counted with the
 * padding to each batch's longest text. Every index stands in exactly one batch.
 *
 * Longest first: what runs out of memory does so at once, and every later batch reuses the memory of the first.
 */
export function planBatches(
  tokenCounts: readonly number[],
  { maxBatchTokens }: BatchPlanOptions,
): number[][] {
  const byLength = tokenCounts.map((_, index) => index).sort((a, b) => tokenCounts[b]! - tokenCounts[a]!)
  const batches: number[][] = []
  let batch: number[] = []
  let longest = 0
  for (const index of byLength) {
    if (batch.length > 0 && (batch.length + 1) * longest > maxBatchTokens) {
      batches.push(batch)
      batch = []
    }
    if (batch.length === 0) longest = tokenCounts[index]!
    batch.push(index)
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
