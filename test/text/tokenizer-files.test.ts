import { describe, expect, test } from 'vitest'
import type { TokenizerFiles } from '../../src/text/files/tokenizer-files.js'
import { createTokenizer, type Tokenizer } from '../../src/text/tokenizer.js'
import { readFixture, vocab } from './fixtures.js'

type Recorded = [
  vocab: string,
  config: Record<string, unknown>,
  ids: number[],
  typeIds: number[],
  padId: number,
]

const { bert } = readFixture<{ bert: Record<string, unknown> & { normalizer: object } }>('classes.json')

/** A cased tokenizer.json, changed. */
function json(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...bert, normalizer: { ...bert.normalizer, lowercase: false }, ...changes }
}

function model(changes: Record<string, unknown>): Record<string, unknown> {
  return json({ model: { ...(json().model as object), ...changes } })
}

const rows = vocab.trimEnd().split('\n').length

function tokensOf(tokenizer: Tokenizer, text: string): string {
  return tokenizer.encode(text, { addSpecialTokens: false }).tokens.join(' ')
}

describe('vocab.txt', () => {
  test('makes the tokenizer that transformers makes of it', () => {
    for (const [text, tokenizerConfig, ids, typeIds, padId] of readFixture<Recorded[]>('vocab.json'))
      for (const vocabulary of [text, text.replace(/\n$/, '').split('\n')]) {
        const tokenizer = createTokenizer({ vocab: vocabulary, tokenizerConfig })
        const encoding = tokenizer.encode('ab A É中b [SEP] a', { textPair: 'b' })
        expect([[...encoding.ids], [...encoding.tokenTypeIds]], text).toEqual([ids, typeIds])
        expect(tokenizer.padToken.id).toBe(padId)
      }
  })

  test('is lower case by default, and doLowerCase has the last word', () => {
    expect(tokensOf(createTokenizer({ vocab }), 'KNIGHT')).toBe('knight')
    const tokenizerConfig = { do_lower_case: false }
    expect(tokensOf(createTokenizer({ vocab, tokenizerConfig }), 'La')).toBe('La')
    expect(tokensOf(createTokenizer({ vocab, tokenizerConfig, doLowerCase: true }), 'KNIGHT')).toBe('knight')
  })
})

describe('tokenizer.json', () => {
  test('can be given as text or value, and with or without what has a default', () => {
    for (const tokenizerJson of [
      json(),
      JSON.stringify(json()),
      model({ type: undefined, unk_token: undefined, max_input_chars_per_word: undefined }),
    ])
      expect(tokensOf(createTokenizer({ tokenizerJson }), 'La knights')).toBe('La knight ##s')
  })

  test('gives way to tokenizer_config.json for the classes that transformers builds anew', () => {
    const cased = json()
    const tokens = (tokenizerConfig?: Record<string, unknown>) =>
      tokensOf(createTokenizer({ tokenizerJson: cased, tokenizerConfig }), 'La')
    expect(tokens()).toBe('La')
    expect(tokens({ do_lower_case: false })).toBe('La')
    expect(tokens({ do_lower_case: true })).toBe('l ##a')
    expect(tokens({ tokenizer_class: 'BertTokenizer' })).toBe('l ##a')
    expect(tokens({ tokenizer_class: 'PreTrainedTokenizerFast', do_lower_case: true })).toBe('La')
  })

  test('takes side and padding from the file where tokenizer_config.json says nothing', () => {
    const tokenizerJson = json({
      truncation: { direction: 'Left', max_length: 5 },
      padding: { direction: 'Left', pad_token: '[UNK]', pad_type_id: 1 },
    })
    const tokenizerConfig = { tokenizer_class: 'PreTrainedTokenizerFast' }
    const tokenizer = createTokenizer({ tokenizerJson, tokenizerConfig })
    expect(tokenizer.paddingSide).toBe('left')
    expect(tokenizer.padToken).toEqual({ id: 1, token: '[UNK]', typeId: 1 })
    expect(tokenizer.encode('Old knight', { maxLength: 3 }).tokens).toEqual(['[CLS]', 'knight', '[SEP]'])
    expect(tokenizer.maxLength).toBeUndefined()
  })

  test('finds added tokens in the text, with the next ids whatever the file says, a normalized one in the normalized text', () => {
    const tokenizerJson = json({
      added_tokens: [
        { id: 2, content: '[CLS]', special: true },
        { id: 900, content: 'Don Quixote', normalized: true },
      ],
      normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
    })
    const tokenizer = createTokenizer({ tokenizerJson })
    expect([...tokenizer.encode('the DON QUIXOTE', { addSpecialTokens: false }).ids]).toEqual([
      tokenizer.encode('the').ids[1],
      rows,
    ])
    expect(tokenizer.vocabSize).toBe(rows + 1)
  })

  test('has no special tokens without a post-processor, and the second text is of type 1', () => {
    const tokenizer = createTokenizer({ tokenizerJson: json({ post_processor: null }) })
    const encoding = tokenizer.encode('La', { textPair: 'old' })
    expect(encoding.tokens).toEqual(['La', 'old'])
    expect([...encoding.tokenTypeIds]).toEqual([0, 1])
    const bert = createTokenizer({
      tokenizerJson: json({ post_processor: null }),
      tokenizerConfig: { do_lower_case: false },
    })
    expect(bert.encode('La').tokens).toEqual(['[CLS]', 'La', '[SEP]'])
  })
})

describe('files that are no tokenizer', () => {
  const html = '<!DOCTYPE html><html><body>Not found</body></html>'
  const big = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`t${index}`, index * 1000]))
  const broken: Record<string, TokenizerFiles | unknown> = {
    nothing: undefined,
    'an empty object': {},
    'null for a tokenizer.json': { tokenizerJson: null },
    'an empty tokenizer.json': { tokenizerJson: '' },
    'HTML for a tokenizer.json': { tokenizerJson: html },
    'a list for a tokenizer.json': { tokenizerJson: [] },
    'a tokenizer.json without a model': { tokenizerJson: json({ model: undefined }) },
    'an unknown model': { tokenizerJson: model({ type: 'Syllables' }) },
    'a model without a vocabulary': { tokenizerJson: model({ vocab: undefined }) },
    'an empty vocabulary': { tokenizerJson: model({ vocab: {} }) },
    'a vocabulary without its unknown token': { tokenizerJson: model({ unk_token: '<unk>' }) },
    'an id twice': { tokenizerJson: model({ vocab: { '[UNK]': 0, a: 1, b: 1 } }) },
    'a negative id': { tokenizerJson: model({ vocab: { '[UNK]': -1 } }) },
    'a fractional id': { tokenizerJson: model({ vocab: { '[UNK]': 0.5 } }) },
    'an id that is a string': { tokenizerJson: model({ vocab: { '[UNK]': '0' } }) },
    'an absurd id': { tokenizerJson: model({ vocab: { '[UNK]': 0, a: 4e9 } }) },
    'ids mostly holes': { tokenizerJson: model({ vocab: { '[UNK]': 1, ...big } }) },
    'an added token without content': { tokenizerJson: json({ added_tokens: [{ id: 900 }] }) },
    'an added token of three single words': {
      tokenizerJson: json({ added_tokens: [{ id: 900, content: 'x', single_word: 3 }] }),
    },
    'added tokens that are no list': { tokenizerJson: json({ added_tokens: {} }) },
    'a normalizer that is none': { tokenizerJson: json({ normalizer: 5 }) },
    'an unknown normalizer': { tokenizerJson: json({ normalizer: { type: 'Upside' } }) },
    'a post-processor with a token that is not there': {
      tokenizerJson: json({
        post_processor: { type: 'BertProcessing', cls: ['<cls>', 1], sep: ['<sep>', 2] },
      }),
    },
    'a template that is none': { tokenizerJson: json({ post_processor: { type: 'TemplateProcessing' } }) },
    'a padding token that the table has no row for': {
      tokenizerJson: json(),
      tokenizerConfig: { pad_token: '<pad>' },
      tableSize: rows,
    },
    'no padding token': {
      tokenizerJson: { ...model({ vocab: { '[UNK]': 0, '[CLS]': 1, '[SEP]': 2 } }), added_tokens: [] },
    },
    'a special_tokens_map.json that is a list': { vocab, specialTokensMap: [] },
    'an added_tokens.json with words for ids': { vocab, addedTokens: { x: 'y' } },
    'an added_tokens_decoder that is a list': { vocab, tokenizerConfig: { added_tokens_decoder: [] } },
    'a special token around a text that is empty': { vocab, tokenizerConfig: { cls_token: '' } },
    'a padding token that is empty': { vocab, tokenizerConfig: { pad_token: '' } },
    'special tokens that are numbers': { vocab, tokenizerConfig: { extra_special_tokens: [1] } },
    'a tokenizer_config.json that is a list': { vocab, tokenizerConfig: [] },
    'HTML for a tokenizer_config.json': { vocab, tokenizerConfig: html },
    'a do_lower_case that is a word': { vocab, tokenizerConfig: { do_lower_case: 'yes' } },
    'a model_max_length of 0': { vocab, tokenizerConfig: { model_max_length: 0 } },
    'a side that is none': { vocab, tokenizerConfig: { truncation_side: 'middle' } },
    'an empty vocab.txt': { vocab: '' },
    'HTML for a vocab.txt': { vocab: html },
    'a vocab.txt that is bytes': { vocab: new Uint8Array(4) },
    'a vocab.txt with a number in it': { vocab: ['[PAD]', 5] },
    ...Object.fromEntries(
      ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map((token) => [
        `a vocab.txt without ${token}`,
        { vocab: vocab.replace(`${token}\n`, '') },
      ]),
    ),
  }

  for (const [what, files] of Object.entries(broken))
    test(`refuses ${what}`, () => {
      expect(() => createTokenizer(files as TokenizerFiles)).toThrow(
        expect.objectContaining({ name: 'BertEmbedError', code: 'INVALID_TOKENIZER' }),
      )
    })

  test('keeps the cause', () => {
    expect(() => createTokenizer({ tokenizerJson: '{' })).toThrow(
      expect.objectContaining({ cause: expect.any(SyntaxError) }),
    )
  })
})

describe('the kind of the files', () => {
  test('does not depend on files that are undefined', () => {
    const files = { vocab, tokenizerJson: undefined, vocabJson: undefined, merges: undefined }
    expect(tokensOf(createTokenizer(files as TokenizerFiles), 'A Knight')).toBe(
      tokensOf(createTokenizer({ vocab }), 'A Knight'),
    )
    const json = { tokenizerJson: bert, vocab: undefined, vocabJson: undefined }
    expect(tokensOf(createTokenizer(json as never), 'A Knight')).toBe(
      tokensOf(createTokenizer({ tokenizerJson: bert }), 'A Knight'),
    )
  })

  test.each<[string, object]>([
    ['nothing', {}],
    ['a vocab.txt and a tokenizer.json', { vocab, tokenizerJson: bert }],
    ['a vocab.txt and a vocab.json', { vocab, vocabJson: {}, merges: '' }],
    ['a vocab.txt that is null', { vocab: null }],
    ['a vocab.txt that is a number', { vocab: 5 }],
    ['a vocab.json without merges', { vocabJson: { a: 0 } }],
    ['merges that are a list', { vocabJson: { a: 0 }, merges: ['a b'] }],
    ['merges alone', { merges: '' }],
  ])('is one, whole: not %s', (_, files) => {
    expect(() => createTokenizer(files as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_TOKENIZER' }),
    )
  })
})
