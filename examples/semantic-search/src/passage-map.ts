/** Draws the passages as points on a plane. Similar vectors are near each other. */

import { fitPlane } from './fit-plane.js'
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
const drawing = { width: 640, height: 520, margin: 36 }
/** Number of nearest passages that lines connect to the query. */
const shownHits = 5

export function passageMap({ svg, passages, onPoint, onChoose }: PassageMapOptions) {
  svg.setAttribute('viewBox', `0 0 ${drawing.width} ${drawing.height}`)
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
      place = fitPlane(vectors, projection, drawing)
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
      const scale = svg.clientWidth / drawing.width
      return { x: x * scale, y: y * scale }
    },
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
