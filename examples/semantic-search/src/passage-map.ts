/** Draws the passages as points on a plane. Similar vectors are near each other. */

import { type Passage, subjects } from './passages.js'
import type { Point, Projection } from './pca.js'
import type { Hit } from './rank.js'

export interface PassageMapOptions {
  readonly svg: SVGSVGElement
  readonly passages: readonly Passage[]
  readonly onPoint: (index: number | undefined) => void
  readonly onChoose: (index: number) => void
}

/** Size in the drawing's units. The drawing is scaled to the page. */
const width = 640
const height = 520
const margin = 36
/** Number of nearest passages that lines connect to the query. */
const shownHits = 5

export function passageMap({ svg, passages, onPoint, onChoose }: PassageMapOptions) {
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`)
  const lines = create('g', 'lines')
  const points = create('g', 'points')
  const query = create('path', 'query')
  query.setAttribute('d', 'M0-11 11 0 0 11-11 0Z')
  const circles = passages.map(({ subject }, index) => {
    const group = create('g', 'point')
    group.style.setProperty('--subject', `var(--subject-${subjects.indexOf(subject)})`)
    const number = create('text', 'number')
    // A large invisible circle is easier to point at than the visible one.
    const target = create('circle', 'target')
    target.setAttribute('r', '14')
    group.append(target, create('circle', 'dot'), number)
    group.addEventListener('pointerenter', () => onPoint(index))
    group.addEventListener('pointerleave', () => onPoint(undefined))
    group.addEventListener('click', () => onChoose(index))
    return group
  })
  points.append(...circles)
  svg.append(lines, points, query)
  svg.classList.add('empty')

  let places: readonly Point[] = []
  let place: (vector: Float32Array) => Point = () => ({ x: 0, y: 0 })

  return {
    /** Draws the passages. */
    draw(vectors: readonly Float32Array[], projection: Projection): void {
      place = fit(vectors, projection)
      places = vectors.map(place)
      circles.forEach((circle, index) => {
        move(circle, places[index]!)
      })
      svg.classList.remove('empty')
    },
    /** Draws a query, with lines to the nearest passages. Without a query, removes it. */
    show(vector: Float32Array | undefined, hits: readonly Hit[] = []): void {
      const best = hits.slice(0, shownHits).map(({ index }) => index)
      svg.classList.toggle('searching', vector !== undefined)
      circles.forEach((circle, index) => {
        const rank = best.indexOf(index)
        circle.classList.toggle('best', rank >= 0)
        circle.querySelector('text')!.textContent = rank >= 0 ? String(rank + 1) : ''
      })
      // The last element is drawn on top.
      points.append(...best.toReversed().map((index) => circles[index]!))
      const at = vector && place(vector)
      lines.replaceChildren(...(at ? best.map((index) => line(at, places[index]!)) : []))
      if (at) move(query, at)
    },
    /** Highlights a passage that the pointer is on, here or in the list. */
    point(index: number | undefined): void {
      circles.forEach((circle, i) => void circle.classList.toggle('pointed', i === index))
    },
    /** Position of a passage, in pixels from the upper left corner of the map. */
    placeOf(index: number): Point {
      const { x, y } = places[index] ?? { x: 0, y: 0 }
      const scale = svg.clientWidth / width
      return { x: x * scale, y: y * scale }
    },
  }
}

/** Scales a plane to the drawing. Points outside are drawn at the edge. */
function fit(vectors: readonly Float32Array[], projection: Projection): (vector: Float32Array) => Point {
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

function move(element: SVGElement, { x, y }: Point): void {
  element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`
}

function line(from: Point, to: Point): SVGElement {
  const created = create('line', '')
  const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y }
  for (const [name, value] of Object.entries(ends)) created.setAttribute(name, value.toFixed(1))
  return created
}

function create(name: string, className: string): SVGElement {
  const created = document.createElementNS('http://www.w3.org/2000/svg', name)
  created.setAttribute('class', className)
  return created
}
