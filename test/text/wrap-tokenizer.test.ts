/** The tokenizers that one can bring: our own on other files, those of `@huggingface/tokenizers`, and ones made by hand. */

import { readFileSync } from 'node:fs'
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Tokenizer } from '../../src/text/tokenizer.js'
import { createTokenizer } from '../../src/text/tokenizer.js'
import { wrapTokenizer } from '../../src/text/wrap-tokenizer.js'
import { readJson } from '../support/fixtures.js'
import { japaneseTokenizer } from './japanese.js'
import { testTokenizerContract } from './tokenizer-contract.js'

/** One checkpoint of each kind: WordPiece, Unigram, byte-level BPE, with the special tokens of BERT, ALBERT, RoBERTa, MPNet. */
const names = [
  'bert-small-untrained',
  'albert-untrained',
  'roberta-untrained',
  'modernbert-untrained',
  'mpnet-untrained',
  'xlm-roberta-untrained',
  'camembert-untrained',
] as const

const kinds = names.map((name) => {
  const tokenizerJson = readJson<object>(name, 'tokenizer.json')
  const tokenizerConfig = readJson<object>(name, 'tokenizer_config.json')
  return {
    name,
    ours: createTokenizer({ tokenizerJson, tokenizerConfig }),
    wrapped: wrapTokenizer(new HuggingFaceTokenizer(tokenizerJson, tokenizerConfig)),
  }
})

for (const { name, ours, wrapped } of kinds) {
  testTokenizerContract({ name: `of ${name}`, tokenizer: ours })
  testTokenizerContract({ name: `wrapped, of ${name}`, tokenizer: wrapped })
}
testTokenizerContract({ name: 'over a word splitter', tokenizer: japaneseTokenizer() })

describe.each(kinds)('a wrapped tokenizer of $name', ({ ours, wrapped }) => {
  const corpus = readFileSync(new URL('../fixtures/text/corpus.txt', import.meta.url), 'utf8').split('\n')

  test('says the same of itself as ours', () => {
    const facts = ({ vocabSize, padToken: { id, token }, paddingSide, ...tokenizer }: Tokenizer) => ({
      vocabSize,
      id,
      token,
      paddingSide,
      specialTokens: [tokenizer.countSpecialTokens(), tokenizer.countSpecialTokens({ pair: true })],
    })
    expect(facts(wrapped)).toEqual(facts(ours))
  })

  test('encodes as ours, whole and cut, on either side, with special tokens and without', () => {
    const options = [
      {},
      { addSpecialTokens: false },
      { maxLength: 7 },
      { maxLength: 7, truncationSide: 'left' },
      { maxLength: 5, addSpecialTokens: false },
    ] as const
    for (const text of [...corpus, '', ' ', 'a\ud800b', '[SEP] </s> <mask>'])
      for (const option of options)
        expect(wrapped.encode(text, option), text).toEqual(ours.encode(text, option))
  })

  test('encodes pairs as ours', () => {
    for (const [index, text] of corpus.entries()) {
      const textPair = corpus[(index + 1) % corpus.length]!
      expect(wrapped.encode(text, { textPair })).toEqual(ours.encode(text, { textPair }))
      expect(wrapped.encode(text, { textPair, addSpecialTokens: false })).toEqual(
        ours.encode(text, { textPair, addSpecialTokens: false }),
      )
    }
    expect(wrapped.encode('knight', { textPair: '' })).toEqual(ours.encode('knight', { textPair: '' }))
  })

  test('encodes words of any letters as ours', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-zA-Z0-9 .,!?-]*$/)), (words) => {
        const text = words.join(' ')
        expect(wrapped.encode(text, { maxLength: 24 })).toEqual(ours.encode(text, { maxLength: 24 }))
      }),
      { seed: 14, numRuns: 200 },
    )
  })
})

test('letters for words are what BertJapaneseTokenizer makes with subword_tokenizer_type "character"', () => {
  const vocab = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'knight', ...'aghiknt']
  const words = createTokenizer({ vocab })
  const letters: Tokenizer = {
    ...words,
    encode: (text, options) => words.encode([...text].join(' '), options),
  }
  // transformers 5.24, word_tokenizer_type "basic"
  expect(letters.encode('a knight').tokens).toEqual(['[CLS]', ...'aknight', '[SEP]'])
  expect(words.encode('a knight').tokens).toEqual(['[CLS]', 'a', 'knight', '[SEP]'])
})

describe('wrapTokenizer', () => {
  const tokenizer = new HuggingFaceTokenizer(readJson('bert-small-untrained', 'tokenizer.json'), {})

  test('takes what the tokenizer does not say from its options', () => {
    const { maxLength, padToken, paddingSide, ...wrapped } = wrapTokenizer(tokenizer, {
      maxLength: 9,
      padToken: '[MASK]',
      paddingSide: 'left',
      truncationSide: 'left',
    })
    expect({ maxLength, padToken, paddingSide }).toEqual({
      maxLength: 9,
      padToken: { id: tokenizer.token_to_id('[MASK]'), token: '[MASK]', typeId: 0 },
      paddingSide: 'left',
    })
    expect(wrapped.encode('the knight rode out', { maxLength: 3 }).tokens).toEqual(['[CLS]', 'out', '[SEP]'])
  })

  test('takes the 1e30 of a file without a limit', () => {
    expect(wrapTokenizer(tokenizer, { maxLength: 1e30 }).maxLength).toBe(1e30)
  })

  test('wraps any object that encodes as the library does', () => {
    const vocab = new Map(['<pad>', '<s>', 'a', 'b'].map((token, id) => [token, id]))
    const letters = wrapTokenizer({
      get_vocab: () => vocab,
      encode(text, { add_special_tokens: isWhole = true } = {}) {
        const tokens = [...text].filter((letter) => vocab.has(letter))
        const all = isWhole ? ['<s>', ...tokens] : tokens
        return { ids: all.map((token) => vocab.get(token)!), tokens: all }
      },
    })
    expect(letters.encode('ab!').tokens).toEqual(['<s>', 'a', 'b'])
    expect([...letters.encode('ab!').tokenTypeIds]).toEqual([0, 0, 0])
    expect([...letters.encode('ab!', { maxLength: 2 }).specialTokensMask]).toEqual([1, 0])
  })

  const shaped = (encode: (text: string, isWhole: boolean) => { ids: unknown[]; tokens: string[] }) => ({
    get_vocab: () => new Map([['<pad>', 0]]),
    encode: (text: string, { add_special_tokens: isWhole = true } = {}) => encode(text, isWhole) as never,
  })

  test('refuses a tokenizer whose special tokens are not around a text', () => {
    const inside = shaped((_, isWhole) => ({ ids: isWhole ? [1, 9, 2] : [1, 2], tokens: ['a', 'x', 'b'] }))
    expect(() => wrapTokenizer(inside)).toThrow(expect.objectContaining({ code: 'INVALID_TOKENIZER' }))
    const nothing = shaped(() => ({ ids: [], tokens: [] }))
    expect(() => wrapTokenizer(nothing)).toThrow(expect.objectContaining({ code: 'INVALID_TOKENIZER' }))
  })

  test('refuses a token without an id', () => {
    const ids = new Map([['a', 1]])
    const wrapped = wrapTokenizer(
      shaped((text) => ({ ids: [...text].map((letter) => ids.get(letter)), tokens: [...text] })),
    )
    expect(wrapped.encode('aa').tokens).toEqual(['a', 'a'])
    expect(() => wrapped.encode('ab')).toThrow(
      expect.objectContaining({ code: 'INVALID_TOKENIZER', message: expect.stringContaining('"b"') }),
    )
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a promise', Promise.resolve({ ids: [1], tokens: ['a'] })],
    ['no ids', { tokens: ['a'] }],
    ['no tokens', { ids: [1] }],
    ['too few tokens', { ids: [1, 2], tokens: ['a'] }],
    ['too few type ids', { ids: [1, 2], tokens: ['a', 'b'], token_type_ids: [0] }],
  ])('refuses a tokenizer that gives %s', (_, encoding) => {
    expect(() => wrapTokenizer(shaped(() => encoding as never))).toThrow(
      expect.objectContaining({ code: 'INVALID_TOKENIZER' }),
    )
  })

  test.each<[string, unknown, string]>([
    ['an object', { '<pad>': 0 }, 'INVALID_OPTION'],
    ['nothing', undefined, 'INVALID_OPTION'],
    ['a list', ['<pad>'], 'INVALID_OPTION'],
    ['a promise', Promise.resolve(new Map([['<pad>', 0]])), 'INVALID_OPTION'],
    ['ids that are strings', new Map([['<pad>', '0']]), 'INVALID_TOKENIZER'],
    ['ids below 0', new Map([['<pad>', -1]]), 'INVALID_TOKENIZER'],
  ])('refuses a vocabulary that is %s', (_, vocab, code) => {
    const one = shaped(() => ({ ids: [1], tokens: ['a'] }))
    expect(() => wrapTokenizer({ ...one, get_vocab: () => vocab as never })).toThrow(
      expect.objectContaining({ code }),
    )
  })

  test('refuses a pair of texts where the tokenizer takes none', () => {
    const wrapped = wrapTokenizer(shaped((text) => ({ ids: [...text].map(() => 1), tokens: [...text] })))
    expect(() => wrapped.encode('a', { textPair: 'a' })).toThrow(
      expect.objectContaining({ code: 'INVALID_TOKENIZER' }),
    )
  })
})
