import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTokenizer } from '../../src/text/create-tokenizer.js'
import { encodeInPieces } from '../../src/text/long-texts/encode-in-pieces.js'
import type { Tokenizer } from '../../src/text/tokenizer.js'
import { readJson } from '../support/fixtures.js'

const corpus = readFileSync(new URL('../fixtures/text/corpus.txt', import.meta.url), 'utf8')
const tokenizerJson = readJson<Record<string, unknown>>('bert-small-untrained', 'tokenizer.json')

/** Records the length of the longest text that a tokenizer encodes. */
function watched(tokenizer: Tokenizer) {
  const seen = { longest: 0 }
  const encode: Tokenizer['encode'] = (text, options) => {
    seen.longest = Math.max(seen.longest, text.length)
    return tokenizer.encode(text, options)
  }
  return { seen, tokenizer: { ...tokenizer, encode } }
}

function inPieces(text: string, tokenizer: Tokenizer, pieceCharacters: number) {
  const steps = encodeInPieces(text, tokenizer, pieceCharacters)
  for (let pauses = 0; ; pauses++) {
    const { done, value } = steps.next()
    if (done) return { encoding: value, pauses }
  }
}

describe('encodeInPieces', () => {
  const tokenizer = createTokenizer({ tokenizerJson })

  test('encodeInPieces returns the encoding of the whole text', () => {
    const { seen, tokenizer: watchedTokenizer } = watched(tokenizer)
    const { encoding, pauses } = inPieces(corpus, watchedTokenizer, 1000)
    expect(encoding).toEqual(tokenizer.encode(corpus))
    expect(pauses).toBeGreaterThan(corpus.length / 1200)
    expect(seen.longest).toBeLessThan(1200)
  })

  test('encodeInPieces returns the encoding of the whole text for any string', () => {
    const words = fc.constantFrom(
      'knight',
      'Σίσυφος ΟΔΥΣΣΕΥΣ',
      ' ',
      '  ',
      '\n',
      '. ',
      '[MASK]',
      ' [SEP] ',
      'e\u0301',
      ' \u0301',
      '村庄，',
      '\ud800',
      '\u0000',
      '𠀀',
      "don't",
    )
    const texts = fc.array(words, { minLength: 1, maxLength: 60 }).map((parts) => parts.join(''))
    const property = fc.property(texts, fc.integer({ min: 1, max: 20 }), (text, characters) => {
      const { encoding } = inPieces(text, tokenizer, characters)
      expect(encoding).toEqual(tokenizer.encode(text))
    })
    fc.assert(property, { numRuns: 300 })
  })

  test('encodeInPieces does not cut an added token that contains a space', () => {
    const added = {
      id: 1400,
      content: 'of La',
      special: false,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    }
    const withAdded = createTokenizer({
      tokenizerJson: {
        ...tokenizerJson,
        added_tokens: [...(tokenizerJson.added_tokens as unknown[]), added],
      },
    })
    const text = 'In a village of La Mancha '.repeat(20)
    expect(withAdded.encode(text).tokens).toContain('of La')
    for (const characters of [13, 14, 15, 16, 17]) {
      const { encoding } = inPieces(text, withAdded, characters)
      expect(encoding).toEqual(withAdded.encode(text))
    }
  })

  test('encodeInPieces encodes a text without positions for a cut as one piece', () => {
    const text = 'x'.repeat(3000)
    const { encoding, pauses } = inPieces(text, tokenizer, 100)
    expect(encoding).toEqual(tokenizer.encode(text))
    expect(pauses).toBe(1)
  })
})
