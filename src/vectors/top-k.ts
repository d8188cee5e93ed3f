/** Finds the best of many scores, without storing or sorting the others. */

/** One vector that a search has found. */
export interface SearchHit {
  /** Index of the vector in the corpus. */
  readonly index: number
  /** Similarity to the query. Larger is more similar. */
  readonly score: number
}

interface TopK {
  /**
   * Takes the scores of `count` vectors, the first of which has the index `firstIndex`. Call it in the order of the
   * indices.
   */
  offer(firstIndex: number, scores: Float64Array, count: number): void
  /** Returns the best scores, best first. Of equal scores the lower index comes first, and wins when only one fits. */
  hits(): SearchHit[]
}

/**
 * A heap of at most `size` scores whose root is the worst one, so that most scores cost one comparison. NaN comes last.
 */
export function createTopK(size: number): TopK {
  const scores = new Float64Array(size)
  const indices = new Float64Array(size)
  let filled = 0

  /** Whether the entry at `a` is replaced before the one at `b`. */
  function isWorse(a: number, b: number): boolean {
    return scores[a]! < scores[b]! || (scores[a]! === scores[b]! && indices[a]! > indices[b]!)
  }
  function swap(a: number, b: number): void {
    const score = scores[a]!
    const index = indices[a]!
    scores[a] = scores[b]!
    indices[a] = indices[b]!
    scores[b] = score
    indices[b] = index
  }
  function add(score: number, index: number): void {
    let at = filled++
    scores[at] = score
    indices[at] = index
    for (let parent = (at - 1) >> 1; at > 0 && isWorse(at, parent); parent = (at - 1) >> 1) {
      swap(at, parent)
      at = parent
    }
  }
  function replaceWorst(score: number, index: number): void {
    scores[0] = score
    indices[0] = index
    for (let at = 0; ; ) {
      const left = 2 * at + 1
      const right = left + 1
      let worst = left < filled && isWorse(left, at) ? left : at
      if (right < filled && isWorse(right, worst)) worst = right
      if (worst === at) return
      swap(at, worst)
      at = worst
    }
  }

  return {
    offer(firstIndex, offered, count) {
      for (let i = 0; i < count; i++) {
        const score = offered[i]!
        // An equal score in the heap has a lower index, because indices come in order.
        if (filled === size && !(score > scores[0]!)) continue
        const ranked = Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score
        if (filled < size) add(ranked, firstIndex + i)
        else replaceWorst(ranked, firstIndex + i)
      }
    },
    hits() {
      return Array.from(scores.subarray(0, filled), (score, at) => ({ index: indices[at]!, score })).sort(
        (a, b) => (a.score === b.score ? a.index - b.index : b.score - a.score),
      )
    },
  }
}
