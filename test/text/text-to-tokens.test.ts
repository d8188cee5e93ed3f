/**
 * Tests that a text tokenized in parts has the tokens of the whole text, for all kinds of tokenizers and any content.
 */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runSteps } from '../../src/async/steps.js'
import { allKinds } from '../../src/text/all-kinds.js'
import { parseTokenizerFiles } from '../../src/text/files/parse-tokenizer-files.js'
import type { TokenizerJson } from '../../src/text/files/tokenizer-json.js'
import { createTextToTokens } from '../../src/text/text-to-tokens.js'
import { kindNames, readFixture, readKind, vocab } from './fixtures.js'

const added = (content: string, options: object = {}) => ({ content, id: 0, ...options })

/** Added tokens whose matches depend on the text next to them or on normalized text. */
const contextTokens = [
  added('<r>', { special: true, rstrip: true }),
  added('<l>', { special: true, lstrip: true }),
  added('ab', { single_word: true, normalized: false }),
  added('É x', { normalized: true, rstrip: true }),
  added('Wind', { normalized: true, single_word: true, lstrip: true }),
]

const tokenizers: readonly (readonly [name: string, json: TokenizerJson])[] = [
  ['bert', runSteps(parseTokenizerFiles({ vocab })).json] as const,
  ...kindNames.map(
    (name) => [name, runSteps(parseTokenizerFiles({ tokenizerJson: readKind(name) })).json] as const,
  ),
].flatMap(([name, json]) => [
  [name, json] as const,
  [
    `${name} with more tokens`,
    runSteps(
      parseTokenizerFiles({ tokenizerJson: withTokens(name === 'bert' ? bertJson() : readKind(name)) }),
    ).json,
  ] as const,
])

function bertJson(): Record<string, unknown> {
  return readFixture<{ bert: Record<string, unknown> }>('classes.json').bert
}

function withTokens(json: Record<string, unknown>): Record<string, unknown> {
  return { ...json, added_tokens: [...(json.added_tokens as object[]), ...contextTokens] }
}

const pieces = fc.oneof(
  fc.constantFrom(
    ...['knight', 'The ', ' of', 'Wind', 'windmill', 'ab', ' ab ', 'É x', 'e\u0301 X', 'a', 'Z', '9', '12 '],
    ...[' ', '  ', '     ', '\n', '\r\n', '\t', '\u00a0', '\u0085', '\u3000', '\u2028', '\ufeff', '\u200b'],
    ...["'s", "don't", "'", '``', "''", '`', '"', '.', ', ', '!', '-', '_', '/', '+', '▁', '▁the'],
    ...['<r>', '<l>', '[MASK]', '<mask>', '</s>', '[SEP] ', '<r>  ', '  <l>'],
    ...[
      '\u0301',
      '\u0323\u0301',
      '\u0344',
      '\u09c7\u09be',
      '\u1100',
      '\u1161',
      '\u11a8',
      '가',
      '각',
      'か\u3099',
      'ｶﾞ',
    ],
    ...[
      '中文',
      '村庄，',
      '。',
      '\u{20000}',
      '日本',
      'カナ',
      '👩‍👩‍👧',
      '🇪🇸',
      '👍🏽',
      '\u{1f600}',
      '©\u200d®',
      '\u0600a',
      '\u0d4e',
    ],
    ...[
      'ﷺ',
      'ﬁ',
      '½',
      'Ⅷ',
      'ß',
      'İ',
      'ΟΔΟΣ',
      'ж',
      'я ',
      'שָׁ',
      'ไทย',
      '\u0e33',
      '\ud800',
      '\udc00',
      '\u0000',
      '\ufffd',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const texts = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(''))

describe('a text in parts', () => {
  for (const [name, json] of tokenizers) {
    const model = runSteps(allKinds.createModel(json.model))
    const create = (charactersPerPart: number) =>
      createTextToTokens(json, model, { kinds: allKinds, splitSpecial: false, charactersPerPart })
    const whole = create(Number.POSITIVE_INFINITY)

    test(`a text in parts has the tokens of the whole text, or its first ones with a limit (${name})`, () => {
      fc.assert(
        fc.property(
          texts,
          fc.integer({ min: 1, max: 24 }),
          fc.integer({ min: 1, max: 40 }),
          (text, size, limit) => {
            const expected = runSteps(whole(text))
            const toTokens = create(size)
            expect(runSteps(toTokens(text))).toEqual(expected)
            const first = runSteps(toTokens(text, limit))
            expect(first.ids.length).toBeGreaterThanOrEqual(Math.min(limit, expected.ids.length))
            expect(first.ids).toEqual(expected.ids.slice(0, first.ids.length))
            expect(first.tokens).toEqual(expected.tokens.slice(0, first.ids.length))
          },
        ),
        { seed: 1408, numRuns: 40 },
      )
    })
  }
})
