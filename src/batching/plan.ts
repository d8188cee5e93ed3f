/** Decides which texts share a batch: texts of similar length, up to a number of tokens. */

/** A text that waits for a batch. */
export interface QueuedText {
  /** Number of tokens, special tokens included. */
  readonly tokens: number
}

export interface BatchPlan<Text extends QueuedText> {
  add(text: Text): void
  remove(text: Text): void
  /**
   * Removes `first` and waiting texts of similar length, and returns them as a batch, the longest first. Shorter texts
   * are tried before longer ones, both from the length of `first` on, until one does not fit.
   */
  take(first: Text, maxBatchTokens: number): Text[]
}

/**
 * The fixed cost of a batch (reading the weights, starting operators), expressed in tokens. A text joins a batch if
 * all padding in the batch then costs no more than a separate batch.
 */
export const batchCostTokens = 64

/**
 * Creates a plan that groups waiting texts by length. A batch has at most `maxBatchTokens` tokens, padding included,
 * unless it is a single longer text.
 */
export function createBatchPlan<Text extends QueuedText>(): BatchPlan<Text> {
  /** The texts of each length, in the order of arrival. */
  const byTokens: (Set<Text> | undefined)[] = []

  function add(text: Text): void {
    byTokens[text.tokens] ??= new Set()
    byTokens[text.tokens]!.add(text)
  }
  function remove(text: Text): void {
    byTokens[text.tokens]?.delete(text)
  }

  return {
    add,
    remove,
    take(first, maxBatchTokens) {
      remove(first)
      const batch = [first]
      let longest = first.tokens
      let padding = 0

      /** Adds texts of one length while they fit. Returns whether all of them did. */
      function fill(tokens: number): boolean {
        for (const text of byTokens[tokens] ?? []) {
          const width = Math.max(longest, tokens)
          const morePadding = tokens > longest ? batch.length * (tokens - longest) : longest - tokens
          if ((batch.length + 1) * width > maxBatchTokens || padding + morePadding > batchCostTokens)
            return false
          remove(text)
          batch.push(text)
          padding += morePadding
          longest = width
        }
        return true
      }
      for (let tokens = longest; tokens >= 0 && fill(tokens); ) tokens--
      for (let tokens = longest + 1; tokens < byTokens.length && fill(tokens); ) tokens++
      return batch.sort((a, b) => b.tokens - a.tokens)
    },
  }
}
