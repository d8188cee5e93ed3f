/** The texts that all systems embed: random words of the checkpoint's vocabulary, the same in every run. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom, drawNormal } from '../random.mjs'

/** The kinds of corpora, by the number of words in a text. No text is longer than the models' limit. */
export const corpora = {
  short: { title: 'short queries, 3 to 12 words', countWords: (random) => 3 + Math.floor(10 * random()) },
  // Lengths of documents are log-normal: half of the texts have fewer than 40 words, few have more than 200.
  mixed: {
    title: 'mixed lengths, 4 to 350 words',
    countWords: (random) => Math.round(Math.min(350, Math.max(4, 40 * Math.exp(0.9 * drawNormal(random))))),
  },
  long: {
    title: 'long documents, 250 to 350 words',
    countWords: (random) => 250 + Math.floor(101 * random()),
  },
}

/**
 * Writes corpora for one checkpoint to `folder`. `countTokens` counts a text's tokens, special tokens included.
 *
 * `write(kind, count)` returns the path of the file (a JSON list) and the number of tokens of each text. `draw(kind, count)`
 * returns the same texts and needs neither option.
 */
export function createCorpora(checkpoint, { folder, countTokens, seed = 1 } = {}) {
  const vocabulary = readFileSync(join(checkpoint, 'vocab.txt'), 'utf8').split('\n')
  const words = vocabulary.filter((token) => /^[a-z]{2,}$/.test(token))
  const endings = vocabulary.flatMap((token) => token.match(/^##([a-z]{2,})$/)?.[1] ?? [])

  /** Common words are frequent, as in a language. Every fourth word has more than one token. */
  function drawWord(random) {
    const word = words[Math.floor(words.length * random() ** 2)]
    return random() < 0.25 ? word + endings[Math.floor(endings.length * random())] : word
  }
  const drawText = (count, random) => Array.from({ length: count }, () => drawWord(random)).join(' ')
  const draw = (kind, count) => {
    const random = createRandom(seed)
    return Array.from({ length: count }, () => drawText(corpora[kind].countWords(random), random))
  }

  return {
    draw,
    write(kind, count) {
      const texts = draw(kind, count)
      const file = join(folder, `${kind}-${count}.json`)
      writeFileSync(file, JSON.stringify(texts))
      return { file, count, tokenCounts: texts.map(countTokens) }
    },
    /** Writes texts of exactly `tokens` tokens. */
    drawTexts(count, { tokens }) {
      const random = createRandom(seed)
      const texts = []
      while (texts.length < count) {
        const text = drawText(Math.ceil(tokens / 2) + Math.floor((random() * tokens) / 2), random)
        if (countTokens(text) === tokens) texts.push(text)
      }
      return texts
    },
  }
}
