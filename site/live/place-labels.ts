/** Places the labels of a map's points so that none covers another one, or a point. */

import type { Point } from '../../examples/semantic-search/src/pca.js'

export interface Label {
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'middle' | 'end'
}

export interface LabelledPoint extends Point {
  readonly text: string
}

export interface LabelOptions {
  readonly width: number
  readonly height: number
  readonly fontSize: number
}

/** Returns a place for each label, or `undefined` where there is none. Earlier points choose first. */
export function placeLabels(
  points: readonly LabelledPoint[],
  { width, height, fontSize }: LabelOptions,
): (Label | undefined)[] {
  const radius = fontSize / 2
  const taken: Box[] = points.map(({ x, y }) => ({
    left: x - radius,
    right: x + radius,
    top: y - radius,
    bottom: y + radius,
  }))
  return points.map(({ x, y, text }) => {
    // The average letter of the page's font is less wide than this.
    const length = text.length * fontSize * 0.58
    const gap = radius + 3
    const candidates: Label[] = [
      { x: x + gap, y, anchor: 'start' },
      { x: x - gap, y, anchor: 'end' },
      { x, y: y - gap - radius, anchor: 'middle' },
      { x, y: y + gap + radius, anchor: 'middle' },
    ]
    for (const label of candidates) {
      const box = boxOf(label, length, fontSize)
      const isInside = box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height
      if (!isInside || taken.some((other) => overlaps(box, other))) continue
      taken.push(box)
      return label
    }
    return undefined
  })
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

function boxOf({ x, y, anchor }: Label, length: number, fontSize: number): Box {
  const left = anchor === 'start' ? x : anchor === 'end' ? x - length : x - length / 2
  return { left, right: left + length, top: y - fontSize / 2, bottom: y + fontSize / 2 }
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
