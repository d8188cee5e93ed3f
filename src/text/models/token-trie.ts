/** A trie that finds the tokens of a vocabulary that occur at a position of a text. */

import type { Steps } from '../../async/steps.js'

export interface TokenTrie {
  /** Calls `found` for each token that starts at `start`, from the shortest to the longest. */
  match(text: string, start: number, found: (id: number, end: number) => void): void
}

/**
 * Creates a trie as one hash table of its edges, which is small even for hundreds of thousands of tokens. The index of
 * an edge in the table identifies it. Of equal tokens, the id of the last one counts.
 */
export function* createTokenTrie(
  pieces: readonly (readonly [token: string, score: number])[],
): Steps<TokenTrie> {
  const edges = pieces.reduce((sum, [token]) => sum + token.length, 0)
  yield
  const size = 2 ** Math.ceil(Math.log2(edges * 1.5 + 1))
  /** For each slot: the parent edge + 1, `fromRoot` for an edge at the root, 0 for an empty slot. */
  const parents = new Int32Array(size)
  yield
  const labels = new Uint16Array(size)
  /** For each slot: the id of the token that ends there + 1, or 0. */
  const ids = new Int32Array(size)
  yield
  for (const [id, [token]] of pieces.entries()) {
    if (id % tokensPerStep === 0) yield
    let edge = fromRoot
    for (let i = 0; i < token.length; i++) {
      const label = token.charCodeAt(i)
      const slot = find(edge, label)
      parents[slot] = edge
      labels[slot] = label
      edge = slot + 1
    }
    if (token !== '') ids[edge - 1] = id + 1
  }
  return {
    match(text, start, found) {
      let edge = fromRoot
      for (let end = start; end < text.length; end++) {
        const slot = find(edge, text.charCodeAt(end))
        if (parents[slot] === 0) return
        if (ids[slot] !== 0) found(ids[slot]! - 1, end + 1)
        edge = slot + 1
      }
    },
  }

  /** Returns the slot of an edge, or the empty slot where it belongs. */
  function find(edge: number, label: number): number {
    let slot = (Math.imul(edge, 0x9e3779b1) ^ Math.imul(label, 0x85ebca6b)) >>> 0
    slot = (slot ^ (slot >>> 15)) & (size - 1)
    while (parents[slot] !== 0 && (parents[slot] !== edge || labels[slot] !== label))
      slot = (slot + 1) & (size - 1)
    return slot
  }
}

/** A small number, because inserting touches memory all over a table that is not in the processor's cache yet. */
const tokensPerStep = 256

const fromRoot = -1
