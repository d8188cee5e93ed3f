/** Ranks the passages by similarity to a query. */

import { similarityMatrix } from 'bert-embed'

export interface Hit {
  /** Index of the passage. */
  readonly index: number
  /** Cosine similarity to the query, from -1 to 1. */
  readonly score: number
}

/** Returns all passages, the most similar first. */
export function rank(query: Float32Array, vectors: readonly Float32Array[]): Hit[] {
  const scores = similarityMatrix([query], vectors).data
  return Array.from(scores, (score, index) => ({ index, score })).sort((a, b) => b.score - a.score)
}
