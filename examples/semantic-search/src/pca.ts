/** Principal component analysis: finds the plane along the two directions of largest variance. */

export interface Point {
  readonly x: number
  readonly y: number
}

/** Projects a vector onto the plane. */
export type Projection = (vector: ArrayLike<number>) => Point

/**
 * Returns the plane through the mean of the vectors, along their two directions of largest variance.
 *
 * Uses power iteration on the covariance matrix without computing the matrix: each step multiplies by the vectors and by their
 * transpose. The second direction is kept orthogonal to the first. [Golub & Van Loan, Matrix Computations, 8.2]
 */
export function principalPlane(vectors: readonly Float32Array[]): Projection {
  const mean = meanOf(vectors)
  const centred = vectors.map((vector) => vector.map((value, i) => value - mean[i]!))
  const first = widestDirection(centred, [])
  const second = widestDirection(centred, [first])
  const offsets = [first, second].map((axis) => dot(mean, axis))
  return (vector) => ({ x: dot(vector, first) - offsets[0]!, y: dot(vector, second) - offsets[1]! })
}

/** Enough for two directions whose standard deviations differ by a tenth: (1 / 1.1)^(2 * 100) < 1e-8. */
const iterations = 100

function widestDirection(centred: readonly Float32Array[], others: readonly Float32Array[]): Float32Array {
  const dimension = centred[0]?.length ?? 0
  // A fixed start makes the map the same each time. A sine is unlikely to be orthogonal to the result.
  let direction = normalize(Float32Array.from({ length: dimension }, (_, i) => Math.sin(i + 1)))
  for (let iteration = 0; iteration < iterations; iteration++) {
    const next = new Float32Array(dimension)
    for (const row of centred) addScaled(next, row, dot(row, direction))
    for (const other of others) addScaled(next, other, -dot(next, other))
    direction = normalize(next)
  }
  return direction
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) addScaled(mean, vector, 1 / vectors.length)
  return mean
}

function addScaled(target: Float32Array, vector: Float32Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += scale * vector[i]!
}

function normalize(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(dot(vector, vector)) || 1
  return vector.map((value) => value / norm)
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
