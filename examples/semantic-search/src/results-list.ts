/** The list of passages, which can be sorted by rank and navigated with the arrow keys. */

import { type Passage, subjects } from './passages.js'
import type { Hit } from './rank.js'

export interface ResultsListOptions {
  readonly list: HTMLElement
  /** The search field, which keeps the focus while the arrow keys move through the list. */
  readonly input: HTMLInputElement
  readonly passages: readonly Passage[]
  /** Called when the pointer is on a passage, and without one when it leaves. */
  readonly onPoint: (index: number | undefined) => void
  /** Called when a passage is clicked, or Enter is pressed on it. */
  readonly onChoose: (index: number) => void
}

export function resultsList({ list, input, passages, onPoint, onChoose }: ResultsListOptions) {
  const items = passages.map(createItem)
  let current: HTMLElement | undefined

  items.forEach((item, index) => {
    item.addEventListener('pointerenter', () => onPoint(index))
    item.addEventListener('pointerleave', () => onPoint(undefined))
    item.addEventListener('click', () => onChoose(index))
  })
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      move(event.key === 'ArrowDown' ? 1 : -1)
    } else if (event.key === 'Enter' && current) {
      onChoose(items.indexOf(current))
    }
  })

  /** Moves from the field into the list, through the list, and back to the field. */
  function move(step: 1 | -1): void {
    const stops = [undefined, ...(list.children as Iterable<HTMLElement>)]
    setCurrent(stops.at((stops.indexOf(current) + step) % stops.length))
    current?.scrollIntoView({ block: 'nearest' })
  }

  function setCurrent(item: HTMLElement | undefined): void {
    current?.setAttribute('aria-selected', 'false')
    current = item
    current?.setAttribute('aria-selected', 'true')
    input.setAttribute('aria-activedescendant', current?.id ?? '')
    onPoint(current && items.indexOf(current))
  }

  return {
    /** Shows the most similar passages first. Without hits, shows all passages in their original order. */
    show(hits: readonly Hit[] | undefined): void {
      setCurrent(undefined)
      if (!hits) items.forEach((item) => void setScore(item, undefined))
      const scores = hits?.map(({ score }) => score) ?? []
      const [max, min] = [Math.max(...scores), Math.min(...scores)]
      hits?.forEach(({ index, score }, rank) => {
        setScore(items[index]!, { score, rank, share: (score - min) / (max - min || 1) })
      })
      rearrange(list, hits ? hits.map(({ index }) => items[index]!) : items)
      list.scrollTop = 0
    },
    /** Highlights a passage that the pointer is on in the map. */
    point(index: number | undefined): void {
      items.forEach((item, i) => void item.classList.toggle('pointed', i === index))
    },
    clear: () => setCurrent(undefined),
  }
}

function createItem({ text, subject }: Passage, index: number): HTMLElement {
  const item = element('div', 'passage')
  item.id = `passage-${index}`
  item.role = 'option'
  item.ariaSelected = 'false'
  item.style.setProperty('--subject', `var(--subject-${subjects.indexOf(subject)})`)
  const rank = element('span', 'rank')
  const body = element('span', 'text')
  body.textContent = text
  const label = element('span', 'subject')
  label.textContent = subject
  item.append(rank, body, label, element('span', 'score'), element('span', 'bar'))
  return item
}

interface Score {
  readonly score: number
  readonly rank: number
  /** Scales a score to 0 (the lowest of all) to 1 (the highest). */
  readonly share: number
}

function setScore(item: HTMLElement, score: Score | undefined): void {
  item.classList.toggle('best', score !== undefined && score.rank < 5)
  item.style.setProperty('--share', String(score?.share ?? 0))
  item.querySelector('.rank')!.textContent = score ? String(score.rank + 1) : ''
  item.querySelector('.score')!.textContent = score ? score.score.toFixed(3) : ''
}

function element(name: string, className: string): HTMLElement {
  const created = document.createElement(name)
  created.className = className
  return created
}

/** Reorders the items. Each item moves from its old position to its new one. */
function rearrange(list: HTMLElement, items: readonly HTMLElement[]): void {
  const isFirstTime = list.childElementCount === 0
  const before = new Map(items.map((item) => [item, item.getBoundingClientRect().top]))
  list.replaceChildren(...items)
  if (isFirstTime || matchMedia('(prefers-reduced-motion: reduce)').matches) return
  for (const item of items) {
    const distance = before.get(item)! - item.getBoundingClientRect().top
    if (distance === 0) continue
    // Starts at most one window height away. An item from further away would only flash past.
    const from = Math.max(-innerHeight, Math.min(innerHeight, distance))
    item.animate([{ transform: `translateY(${from}px)` }, { transform: 'none' }], {
      duration: 260,
      easing: 'cubic-bezier(0.2, 0, 0, 1)',
    })
  }
}
