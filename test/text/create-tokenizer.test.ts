import { describe, expect, onTestFinished, test } from 'vitest'
import { createTokenizer } from '../../src/text/create-tokenizer.js'
import { type RecordedEncoding, readFixture, type TokenizerName, tokenizers, vocab } from './fixtures.js'

type Case = [name: TokenizerName, ...RecordedEncoding]

const { cased, uncased } = tokenizers

/** Number of code points that are encoded in one text. */
const chunk = 64

describe('a tokenizer compared with the Rust library', () => {
  test('a tokenizer returns the tokens of the Rust library for texts and pairs of many scripts, truncated on either side', () => {
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
    test(`a tokenizer treats every code point as the Rust library does (${name})`, () => {
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
  test('an empty text is encoded as [CLS] and [SEP]', () => {
    expect(cased.encode('').tokens).toEqual(['[CLS]', '[SEP]'])
    expect(cased.encode(' \n').tokens).toEqual(['[CLS]', '[SEP]'])
  })

  test('an empty second text is encoded as a second text', () => {
    expect(cased.encode('knight', { textPair: '' }).tokens).toEqual(['[CLS]', 'knight', '[SEP]', '[SEP]'])
  })

  test('truncation keeps the last [SEP] and counts the removed tokens', () => {
    const encoding = cased.encode('the old knight', { maxLength: 4 })
    expect(encoding.tokens).toEqual(['[CLS]', 'the', 'old', '[SEP]'])
    expect(encoding.truncatedTokens).toBe(1)
    expect(cased.encode('the old knight', { maxLength: 5 }).truncatedTokens).toBe(0)
  })

  test('a pair is truncated in both texts or one, at either end', () => {
    const texts = { textPair: 'new lance mill', maxLength: 7 }
    expect(cased.encode('the old knight', texts).tokens.join(' ')).toBe('[CLS] the old [SEP] new lance [SEP]')
    expect(cased.encode('the old knight', { ...texts, truncationSide: 'left' }).tokens.join(' ')).toBe(
      '[CLS] old knight [SEP] lance mill [SEP]',
    )
    expect(cased.encode('the old knight', { ...texts, truncation: 'only_second' }).tokens.join(' ')).toBe(
      '[CLS] the old knight [SEP] new [SEP]',
    )
  })

  test('a maxLength equal to the number of special tokens leaves only these', () => {
    expect(cased.encode('knight', { maxLength: 2 }).tokens).toEqual(['[CLS]', '[SEP]'])
  })

  test.each(['with', 'without'])(
    'a lone surrogate is encoded as U+FFFD in an engine %s toWellFormed',
    (engine) => {
      const strings = String.prototype as { toWellFormed?: () => string }
      const { toWellFormed } = strings
      if (engine === 'without') delete strings.toWellFormed
      onTestFinished(() => {
        strings.toWellFormed = toWellFormed!
      })
      for (const text of ['a\ud800b', '\udc00', 'a\udc00\ud800'])
        expect(cased.encode(text)).toEqual(cased.encode(text.replace(/[\ud800-\udfff]/gu, '\ufffd')))
    },
  )

  test('the time to encode a text is proportional to its length, for any content', () => {
    for (const piece of ['a', 'é\u0301', '\u0301\u0323', '\u302f\u{1d165}', '\u0f73', '中', '[SE', '!', ' '])
      expect(uncased.encode(piece.repeat(200_000), { maxLength: 8 }).ids.length).toBeLessThanOrEqual(8)
  })

  test('a long run of combining marks is sorted as normalization form D does', () => {
    const marks = '\u302f\u{1d165}'.repeat(40)
    expect(uncased.encode(`a${marks}`).ids).toEqual(uncased.encode(`a${marks.normalize('NFD')}`).ids)
  })

  test('encode refuses values that are not strings', () => {
    for (const text of [undefined, null, 5, ['a'], {}])
      expect(() => cased.encode(text as never)).toThrow(expect.objectContaining({ code: 'INVALID_TEXT' }))
    expect(() => cased.encode('a', { textPair: 5 as never })).toThrow(
      expect.objectContaining({ code: 'INVALID_TEXT', name: 'ArgumentTypeError' }),
    )
  })

  test('encode refuses a maxLength that is invalid or below the number of special tokens', () => {
    for (const maxLength of [1, 0, -1, 2.5, Number.NaN, '8' as never])
      expect(() => cased.encode('a', { maxLength })).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION', name: 'ArgumentRangeError' }),
      )
    expect(() => cased.encode('a', { maxLength: 2, textPair: 'b' })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
    expect(cased.encode('a', { maxLength: 0, addSpecialTokens: false }).tokens).toEqual([])
  })

  test('encode refuses an unknown truncation or side', () => {
    for (const options of [{ truncation: 'longest' }, { truncationSide: 'middle' }])
      expect(() => cased.encode('a', options as never)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION' }),
      )
  })
})

describe('properties of a tokenizer', () => {
  test('a tokenizer has the size of its vocabulary, its number of special tokens and its padding token', () => {
    expect(cased.vocabSize).toBe(vocab.trim().split('\n').length)
    expect(cased.countSpecialTokens()).toBe(2)
    expect(cased.countSpecialTokens({ pair: true })).toBe(3)
    expect(cased.padToken).toEqual({ id: 0, token: '[PAD]', typeId: 0 })
  })

  test('maxLength is undefined when the files have no limit or 1e30', () => {
    expect(cased.maxLength).toBeUndefined()
    expect(createTokenizer({ vocab, tokenizerConfig: { model_max_length: 1e30 } }).maxLength).toBeUndefined()
    expect(createTokenizer({ vocab, tokenizerConfig: '{"model_max_length": 512}' }).maxLength).toBe(512)
  })

  test('the truncation side, padding side and padding token come from tokenizer_config.json', () => {
    const left = createTokenizer({
      vocab,
      tokenizerConfig: { truncation_side: 'left', padding_side: 'left', pad_token: { content: '[UNK]' } },
    })
    expect(left.paddingSide).toBe('left')
    expect(left.padToken.id).toBe(1)
    expect(left.encode('old knight', { maxLength: 3 }).tokens).toEqual(['[CLS]', 'knight', '[SEP]'])
  })
})
