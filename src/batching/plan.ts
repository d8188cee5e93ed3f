/** Which texts go into a batch together: those of like length, up to a number of tokens. */

/** A text that waits for its batch. */
export interface Waiting {
  /** Its length, special tokens included. */
  readonly tokens: number
}

export interface BatchPlan<Text extends Waiting> {
  add(text: Text): void
  remove(text: Text): void
  /** Removes `first` and the waiting texts nearest to it in length, to run them together: the longest first. */
  take(first: Text, maxBatchTokens: number): Text[]
}

/**
 * What a batch costs beyond its tokens, in tokens: reading the weights, starting operators. A shorter text joins a
 * batch as long as all the padding in it costs less than a batch of its own would.
 */
export const batchCostTokens = 64

/**
 * Keeps texts by their length. A batch holds at most `maxBatchTokens`, padding included; a longer text is a batch of
 * its own.
 */
export function createBatchPlan<Text extends Waiting>(): BatchPlan<Text> {
  /** The texts of each length, in the order they came. */
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

      /** Adds texts of one length while they fit, and says whether all did. */
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
