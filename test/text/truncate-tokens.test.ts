import { describe, expect, test } from 'vitest'
import {
  countTokensSeen,
  keptTokens,
  type Truncation,
  truncatedLengths,
} from '../../src/text/truncate-tokens.js'
import { readFixture } from './fixtures.js'

type Recorded = [limit: number, first: number, second: number | null, kept: [number, number] | null]

describe('truncatedLengths', () => {
  test('cuts pairs of all small lengths as the Rust library does', () => {
    const recorded = readFixture<Record<Truncation, Recorded[]>>('truncation.json')
    for (const [truncation, rows] of Object.entries(recorded) as [Truncation, Recorded[]][])
      for (const [limit, first, second, kept] of rows) {
        // Every token was a word, and there were no special tokens: Rust saw `limit` of them at most.
        const seen = (length: number) => Math.min(length, limit)
        const firstSeen = truncation === 'only_second' || second === null ? first : seen(first)
        const secondSeen = second === null ? undefined : seen(second)
        const cut = () => truncatedLengths(firstSeen, secondSeen, { limit, truncation })
        const what = `${truncation} ${limit}: ${first}, ${second}`
        if (kept) expect(cut(), what).toEqual(kept)
        else
          expect(cut, what).toThrow(
            expect.objectContaining({
              code: truncation === 'only_second' && second === null ? 'INVALID_OPTION' : 'TEXT_TOO_LONG',
            }),
          )
      }
  })

  test('refuses only_second without a second text', () => {
    expect(() => truncatedLengths(5, undefined, { limit: 2, truncation: 'only_second' })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })
})

describe('countTokensSeen', () => {
  // la man ##cha [SEP] kn ##igh ##t: an added token is no word.
  const text = { ids: [0, 1, 2, 3, 4, 5, 6], wordStarts: [0, 1, 4], wordEnds: [1, 3, 7] }
  const seen = (maxLength: number, side: 'left' | 'right') => countTokensSeen(text, maxLength, side)

  test('stops at the end of a word, and not after an added token', () => {
    expect([1, 2, 3, 4, 7, 9].map((maxLength) => seen(maxLength, 'right'))).toEqual([1, 3, 3, 7, 7, 7])
  })

  test('stops at the start of a word when it comes from the right', () => {
    expect([1, 3, 4, 5, 6, 7].map((maxLength) => seen(maxLength, 'left'))).toEqual([3, 3, 6, 6, 6, 7])
  })
})

describe('keptTokens', () => {
  test('keeps the start or the end', () => {
    const text = { ids: [1, 2, 3], tokens: ['a', 'b', 'c'] }
    expect(keptTokens(text, 2, 'right')).toEqual({ ids: [1, 2], tokens: ['a', 'b'] })
    expect(keptTokens(text, 2, 'left')).toEqual({ ids: [2, 3], tokens: ['b', 'c'] })
    expect(keptTokens(text, 0, 'left')).toEqual({ ids: [], tokens: [] })
  })
})
