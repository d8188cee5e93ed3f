/** All tokens of a vocabulary by their beginnings: which of them a text begins with, at any place of it. */

import type { Steps } from '../../async/steps.js'

export interface TokenTrie {
  /** Calls `found` for each token that stands at `start`, the shortest first. */
  match(text: string, start: number, found: (id: number, end: number) => void): void
}

/**
 * Makes a trie: one hash table of its edges, which is small for hundreds of thousands of tokens. An edge is its place in
 * the table; of equal tokens the last one's id counts.
 */
export function* createTokenTrie(
  pieces: readonly (readonly [token: string, score: number])[],
): Steps<TokenTrie> {
  const edges = pieces.reduce((sum, [token]) => sum + token.length, 0)
  yield
  const size = 2 ** Math.ceil(Math.log2(edges * 1.5 + 1))
  /** The edge before, + 1; 0 where there is none, `fromRoot` for a first one. */
  const before = new Int32Array(size)
  yield
  const labels = new Uint16Array(size)
  /** The token that ends here, + 1. */
  const ids = new Int32Array(size)
  yield
  for (const [id, [token]] of pieces.entries()) {
    if (id % tokensPerStep === 0) yield
    let edge = fromRoot
    for (let i = 0; i < token.length; i++) {
      const label = token.charCodeAt(i)
      const place = find(edge, label)
      before[place] = edge
      labels[place] = label
      edge = place + 1
    }
    if (token !== '') ids[edge - 1] = id + 1
  }
  return {
    match(text, start, found) {
      let edge = fromRoot
      for (let end = start; end < text.length; end++) {
        const place = find(edge, text.charCodeAt(end))
        if (before[place] === 0) return
        if (ids[place] !== 0) found(ids[place]! - 1, end + 1)
        edge = place + 1
      }
    },
  }

  /** The place of an edge, or the empty one where it would be. */
  function find(edge: number, label: number): number {
    let place = (Math.imul(edge, 0x9e3779b1) ^ Math.imul(label, 0x85ebca6b)) >>> 0
    place = (place ^ (place >>> 15)) & (size - 1)
    while (before[place] !== 0 && (before[place] !== edge || labels[place] !== label))
      place = (place + 1) & (size - 1)
    return place
  }
}

/** Few, as the table is touched all over while it is new to the processor. */
const tokensPerStep = 256

const fromRoot = -1
