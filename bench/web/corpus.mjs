/** The texts that both systems embed: passages of many lengths, the same ones in every run. */

import { readFileSync } from 'node:fs'

/** English prose throughout: none of its passages has more tokens than the models take, so that none is truncated. */
const book = new URL('../../examples/texts/don-quixote.txt', import.meta.url)

/**
 * Passages of consecutive words from an old book. Their lengths are log-normal, as those of documents
 * are: half have fewer than 40 words, and they go from 4 to 350.
 */
export function createCorpus(count, seed = 1) {
  const random = createRandom(seed)
  const words = readFileSync(book, 'utf8').split(/\s+/)
  return Array.from({ length: count }, () => {
    const length = Math.round(Math.min(350, Math.max(4, 40 * Math.exp(0.9 * normal(random)))))
    const start = Math.floor(random() * (words.length - length))
    return words.slice(start, start + length).join(' ')
  })
}

/** Mulberry32: small, seeded, and good enough to draw lengths from. */
function createRandom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Box and Muller's way from uniform to normal. */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
