/** The four similarities of two vectors, as their definitions say: what the faster loops are compared with. */

import type { SimilarityMetric } from '../../src/vectors/similarity-metrics.js'

type Vector = ArrayLike<number>

function sumOver(a: Vector, b: Vector, term: (x: number, y: number) => number): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += term(a[i]!, b[i]!)
  return sum
}

const dot = (a: Vector, b: Vector) => sumOver(a, b, (x, y) => x * y)
const norm = (a: Vector) => Math.sqrt(dot(a, a))

export const pairSimilarities: Record<SimilarityMetric, (a: Vector, b: Vector) => number> = {
  cosine: (a, b) => dot(a, b) / (norm(a) * norm(b) || 1),
  dot,
  euclidean: (a, b) => -Math.sqrt(sumOver(a, b, (x, y) => (x - y) ** 2)),
  manhattan: (a, b) => -sumOver(a, b, (x, y) => Math.abs(x - y)),
}
