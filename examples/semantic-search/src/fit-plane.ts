/** Scales a plane of vectors to a drawing. */

import type { Point, Projection } from './pca.js'

export interface Drawing {
  readonly width: number
  readonly height: number
  /** Free space at each edge. */
  readonly margin: number
}

/** Returns the place of a vector in the drawing, in which the given vectors fit. Points outside are drawn at the edge. */
export function fitPlane(
  vectors: readonly Float32Array[],
  projection: Projection,
  { width, height, margin }: Drawing,
): (vector: Float32Array) => Point {
  const projected = vectors.map(projection)
  const range = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const
  const [left, right] = range(projected.map(({ x }) => x))
  const [bottom, top] = range(projected.map(({ y }) => y))
  // Each direction fills the drawing, but neither is scaled to more than one and a half times the other.
  const fitting = [(width - 2 * margin) / (right - left || 1), (height - 2 * margin) / (top - bottom || 1)]
  const [scaleX, scaleY] = fitting.map((scale) => Math.min(scale, 1.5 * Math.min(...fitting))) as [
    number,
    number,
  ]
  const clamp = (value: number, size: number) => Math.max(margin / 2, Math.min(size - margin / 2, value))
  return (vector) => {
    const { x, y } = projection(vector)
    return {
      x: clamp(width / 2 + (x - (left + right) / 2) * scaleX, width),
      y: clamp(height / 2 - (y - (bottom + top) / 2) * scaleY, height),
    }
  }
}
