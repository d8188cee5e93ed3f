/** The texts that both systems embed: passages of many lengths, the same ones in every run. */

import { readFileSync } from 'node:fs'
import { createRandom, drawNormal } from '../random.mjs'

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
    const length = Math.round(Math.min(350, Math.max(4, 40 * Math.exp(0.9 * drawNormal(random)))))
    const start = Math.floor(random() * (words.length - length))
    return words.slice(start, start + length).join(' ')
  })
}
