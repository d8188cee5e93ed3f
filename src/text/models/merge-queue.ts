/** A priority queue of merges: the lowest rank comes first, and of equal ranks the leftmost. */

/** A merge of two neighbouring tokens of a word. */
export interface Merge {
  readonly rank: number
  /** Index of the left token, in characters. */
  readonly position: number
  /** The id of the merged token. */
  readonly id: number
}

/** A binary heap. */
export interface MergeQueue {
  push(merge: Merge): void
  pop(): Merge | undefined
}

export function createMergeQueue(): MergeQueue {
  const heap: Merge[] = []
  return {
    push(merge) {
      let child = heap.length
      while (child > 0) {
        const parent = (child - 1) >> 1
        if (!isBefore(merge, heap[parent]!)) break
        heap[child] = heap[parent]!
        child = parent
      }
      heap[child] = merge
    },
    pop() {
      const first = heap[0]
      const last = heap.pop()
      if (last === undefined || heap.length === 0) return first
      let parent = 0
      for (;;) {
        let child = 2 * parent + 1
        if (child >= heap.length) break
        if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
        if (!isBefore(heap[child]!, last)) break
        heap[parent] = heap[child]!
        parent = child
      }
      heap[parent] = last
      return first
    },
  }
}

function isBefore(a: Merge, b: Merge): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.position < b.position)
}
