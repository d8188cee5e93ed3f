import { describe, expect, test } from 'vitest'
import { createTokenizer } from '../../src/text/tokenizer.js'
import { readFixture, type TokenizerName, tokenizers, vocab } from './fixtures.js'

type Case = [
  name: TokenizerName,
  texts: [string, string?],
  maxLength: number | null,
  truncationSide: 'left' | 'right',
  addSpecialTokens: boolean,
  tokens: string[],
  ids: number[],
  typeIds: number[],
  specialTokensMask: number[],
]

const { cased, uncased } = tokenizers

/** Code points of the sweep that go into one text. */
const chunk = 64

describe('a tokenizer beside the Rust library', () => {
  test('gives the same tokens for texts and pairs of many scripts, truncated at either side', () => {
    for (const recorded of readFixture<Case[]>('cases.json')) {
      const [name, [text, textPair], maxLength, truncationSide, addSpecialTokens, ...expected] = recorded
      const encoding = tokenizers[name].encode(text, {
        textPair,
        maxLength: maxLength ?? undefined,
        truncationSide,
        addSpecialTokens,
      })
      const { tokens, ids, tokenTypeIds, specialTokensMask } = encoding
      expect([tokens, [...ids], [...tokenTypeIds], [...specialTokensMask]], JSON.stringify(recorded)).toEqual(
        expected,
      )
    }
  })

  for (const name of ['cased', 'uncased'] as const)
    test(`treats every code point in the same way (${name})`, () => {
      const sweep =
        readFixture<Record<TokenizerName, { ids: string[]; runs: [number, number][] }>>('sweep.json')
      const { ids, runs } = sweep[name]
      let start = 0
      let swept = 0
      runs.forEach(([offset, index], run) => {
        start += offset
        const end = start + (runs[run + 1]?.[0] ?? 0x110000 - start)
        for (let first = start; first < end; first += chunk) {
          const characters = Array.from({ length: Math.min(chunk, end - first) }, (_, at) => first + at)
            .filter((codePoint) => codePoint < 0xd800 || codePoint >= 0xe000)
            .map((codePoint) => String.fromCodePoint(codePoint))
          const text = characters.map((c) => `a${c}b ${c} !${c}漢`).join(' ')
          const actual = tokenizers[name].encode(text, { addSpecialTokens: false }).ids.join(' ')
          const expected = characters.map(() => ids[index]).join(' ')
          if (actual !== expected)
            expect.fail(`From U+${first.toString(16)} on: ${actual} is not ${expected}`)
          swept += characters.length
        }
      })
      expect(swept).toBe(0x110000 - 0x800)
    })
})

describe('encode', () => {
  test('frames an empty text with [CLS] and [SEP]', () => {
    expect(cased.encode('').tokens).toEqual(['[CLS]', '[SEP]'])
    expect(cased.encode(' \n').tokens).toEqual(['[CLS]', '[SEP]'])
  })

  test('takes an empty second text for a second text', () => {
    expect(cased.encode('knight', { textPair: '' }).tokens).toEqual(['[CLS]', 'knight', '[SEP]', '[SEP]'])
  })

  test('keeps the last [SEP] of a truncated text and says how much is missing', () => {
    const encoding = cased.encode('the old knight', { maxLength: 4 })
    expect(encoding.tokens).toEqual(['[CLS]', 'the', 'old', '[SEP]'])
    expect(encoding.truncatedTokens).toBe(1)
    expect(cased.encode('the old knight', { maxLength: 5 }).truncatedTokens).toBe(0)
  })

  test('cuts both texts of a pair, and either end', () => {
    const texts = { textPair: 'new lance mill', maxLength: 7 }
    expect(cased.encode('the old knight', texts).tokens.join(' ')).toBe('[CLS] the old [SEP] new lance [SEP]')
    expect(cased.encode('the old knight', { ...texts, truncationSide: 'left' }).tokens.join(' ')).toBe(
      '[CLS] old knight [SEP] lance mill [SEP]',
    )
    expect(cased.encode('the old knight', { ...texts, truncation: 'only_second' }).tokens.join(' ')).toBe(
      '[CLS] the old knight [SEP] new [SEP]',
    )
  })

  test('leaves only the special tokens when they are all there is room for', () => {
    expect(cased.encode('knight', { maxLength: 2 }).tokens).toEqual(['[CLS]', '[SEP]'])
  })

  test('reads a lone surrogate as U+FFFD', () => {
    for (const text of ['a\ud800b', '\udc00', 'a\udc00\ud800'])
      expect(cased.encode(text)).toEqual(cased.encode(text.replace(/[\ud800-\udfff]/gu, '\ufffd')))
  })

  test('takes time in proportion to the text, whatever is in it', () => {
    for (const piece of ['a', 'é\u0301', '\u0301\u0323', '\u302f\u{1d165}', '\u0f73', '中', '[SE', '!', ' '])
      expect(uncased.encode(piece.repeat(200_000), { maxLength: 8 }).ids.length).toBeLessThanOrEqual(8)
  })

  test('puts a pile of marks in the order of normalisation form D, however long', () => {
    const pile = '\u302f\u{1d165}'.repeat(40)
    expect(uncased.encode(`a${pile}`).ids).toEqual(uncased.encode(`a${pile.normalize('NFD')}`).ids)
  })

  test('refuses what is no text', () => {
    for (const text of [undefined, null, 5, ['a'], {}])
      expect(() => cased.encode(text as never)).toThrow(expect.objectContaining({ code: 'INVALID_TEXT' }))
    expect(() => cased.encode('a', { textPair: 5 as never })).toThrow(
      expect.objectContaining({ code: 'INVALID_TEXT', name: 'ArgumentTypeError' }),
    )
  })

  test('refuses a maxLength without room for the special tokens', () => {
    for (const maxLength of [1, 0, -1, 2.5, Number.NaN, '8' as never])
      expect(() => cased.encode('a', { maxLength })).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION', name: 'ArgumentRangeError' }),
      )
    expect(() => cased.encode('a', { maxLength: 2, textPair: 'b' })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
    expect(cased.encode('a', { maxLength: 0, addSpecialTokens: false }).tokens).toEqual([])
  })

  test('refuses an unknown truncation or side', () => {
    for (const options of [{ truncation: 'longest' }, { truncationSide: 'middle' }])
      expect(() => cased.encode('a', options as never)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION' }),
      )
  })
})

describe('what a tokenizer says of itself', () => {
  test('counts its vocabulary and its special tokens', () => {
    expect(cased.vocabSize).toBe(vocab.trim().split('\n').length)
    expect(cased.countSpecialTokens()).toBe(2)
    expect(cased.countSpecialTokens({ pair: true })).toBe(3)
    expect(cased.padToken).toEqual({ id: 0, token: '[PAD]', typeId: 0 })
  })

  test('has no limit when the files have none, or say 1e30', () => {
    expect(cased.maxLength).toBeUndefined()
    expect(createTokenizer({ vocab, tokenizerConfig: { model_max_length: 1e30 } }).maxLength).toBeUndefined()
    expect(createTokenizer({ vocab, tokenizerConfig: '{"model_max_length": 512}' }).maxLength).toBe(512)
  })

  test('takes its sides from tokenizer_config.json', () => {
    const left = createTokenizer({
      vocab,
      tokenizerConfig: { truncation_side: 'left', padding_side: 'left', pad_token: { content: '[UNK]' } },
    })
    expect(left.paddingSide).toBe('left')
    expect(left.padToken.id).toBe(1)
    expect(left.encode('old knight', { maxLength: 3 }).tokens).toEqual(['[CLS]', 'knight', '[SEP]'])
  })
})
