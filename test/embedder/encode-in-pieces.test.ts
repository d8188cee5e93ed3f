import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeInPieces } from '../../src/embedder/encode-in-pieces.js'
import { createTokenizer, type Tokenizer } from '../../src/text/tokenizer.js'
import { readJson } from '../support/fixtures.js'

const corpus = readFileSync(new URL('../fixtures/text/corpus.txt', import.meta.url), 'utf8')
const tokenizerJson = readJson<Record<string, unknown>>('bert-small-untrained', 'tokenizer.json')

/** Counts the texts a tokenizer is given, and the longest of them. */
function watched(tokenizer: Tokenizer) {
  const seen = { longest: 0 }
  const encode: Tokenizer['encode'] = (text, options) => {
    seen.longest = Math.max(seen.longest, text.length)
    return tokenizer.encode(text, options)
  }
  return { seen, tokenizer: { ...tokenizer, encode } }
}

async function inPieces(text: string, tokenizer: Tokenizer, pieceCharacters: number) {
  let pauses = 0
  const pause = async () => {
    pauses++
  }
  const encoding = await encodeInPieces(text, { tokenizer, pieceCharacters, pause })
  return { encoding, pauses }
}

describe('encoding in pieces', () => {
  const tokenizer = createTokenizer({ tokenizerJson })

  test('gives what encoding the whole text gives', async () => {
    const { seen, tokenizer: watchedTokenizer } = watched(tokenizer)
    const { encoding, pauses } = await inPieces(corpus, watchedTokenizer, 1000)
    expect(encoding).toEqual(tokenizer.encode(corpus))
    expect(pauses).toBeGreaterThan(corpus.length / 1200)
    expect(seen.longest).toBeLessThan(1200)
  })

  test('gives it for any string', async () => {
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
    const property = fc.asyncProperty(texts, fc.integer({ min: 1, max: 20 }), async (text, characters) => {
      const { encoding } = await inPieces(text, tokenizer, characters)
      expect(encoding).toEqual(tokenizer.encode(text))
    })
    await fc.assert(property, { numRuns: 300 })
  })

  test('does not cut through a token that is written over a space', async () => {
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
      const { encoding } = await inPieces(text, withAdded, characters)
      expect(encoding).toEqual(withAdded.encode(text))
    }
  })

  test('takes a text in one piece that has no place for a cut', async () => {
    const text = 'x'.repeat(3000)
    const { encoding, pauses } = await inPieces(text, tokenizer, 100)
    expect(encoding).toEqual(tokenizer.encode(text))
    expect(pauses).toBe(0)
  })

  test('ends with what its pause throws', async () => {
    const pause = () => Promise.reject(new Error('enough'))
    await expect(encodeInPieces(corpus, { tokenizer, pieceCharacters: 100, pause })).rejects.toThrow('enough')
  })
})
