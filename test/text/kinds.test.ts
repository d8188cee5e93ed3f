/**
 * Byte-level BPE, Unigram and other kinds, compared with recordings of scripts/tokenizer/record_further_fixtures.py.
 */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTokenizer } from '../../src/text/create-tokenizer.js'
import { loadTokenizer } from '../../src/text/load-tokenizer.js'
import type { Tokenizer } from '../../src/text/tokenizer.js'
import { kindNames, type RecordedEncoding, readFixture, vocab } from './fixtures.js'

const kinds = kindNames.map((name) => {
  const { tokenizerJson, cases } = readFixture<{ tokenizerJson: object; cases: RecordedEncoding[] }>(
    `kinds/${name}.json`,
  )
  // GPT-2 has no padding token. transformers does not change the tokenizer.json of this class.
  const tokenizerConfig = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...(name === 'gpt2' ? { pad_token: '<|endoftext|>' } : {}),
  }
  const files = { tokenizerJson, tokenizerConfig }
  return { name, files, cases, tokenizer: createTokenizer(files) }
})

describe('a tokenizer of a kind other than BERT', () => {
  for (const { name, cases, tokenizer } of kinds)
    test(`a tokenizer returns the tokens of the Rust library (${name})`, () => {
      expect(cases.length).toBeGreaterThan(50)
      for (const recorded of cases) {
        const [[text, textPair], maxLength, truncationSide, addSpecialTokens, ...expected] = recorded
        const encoding = tokenizer.encode(text, {
          textPair,
          maxLength: maxLength ?? undefined,
          truncationSide,
          addSpecialTokens,
        })
        const { tokens, ids, tokenTypeIds, specialTokensMask } = encoding
        expect(
          [tokens, [...ids], [...tokenTypeIds], [...specialTokensMask]],
          JSON.stringify(recorded),
        ).toEqual(expected)
      }
    })

  test('loadTokenizer and createTokenizer return tokenizers with the same tokens', async () => {
    for (const { name, files, tokenizer } of kinds) {
      const loaded = await loadTokenizer(files)
      expect(loaded.encode('La Mancha, École ½ <mask>'), name).toEqual(
        tokenizer.encode('La Mancha, École ½ <mask>'),
      )
    }
    expect((await loadTokenizer({ vocab })).encode('Knights')).toEqual(
      createTokenizer({ vocab }).encode('Knights'),
    )
  })

  test('truncation keeps the start or the end of any text and counts the removed tokens', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds.map(({ tokenizer }) => tokenizer)),
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 40 }),
          // UTF-16 code units, which include lone surrogates.
          fc
            .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
            .map((units) => String.fromCharCode(...units)),
        ),
        fc.integer({ min: 2, max: 12 }),
        fc.constantFrom('left' as const, 'right' as const),
        (tokenizer, text, maxLength, truncationSide) => {
          const whole = tokenizer.encode(text, { addSpecialTokens: false }).ids
          const kept = tokenizer.encode(text, { maxLength, truncationSide })
          const textIds = kept.ids.filter((_, at) => kept.specialTokensMask[at] === 0)
          const start = truncationSide === 'right' ? 0 : whole.length - textIds.length
          expect(textIds).toEqual(whole.slice(start, start + textIds.length))
          expect(textIds.length + kept.truncatedTokens).toBe(whole.length)
          expect(kept.ids.length).toBe(Math.min(maxLength, whole.length + tokenizer.countSpecialTokens()))
        },
      ),
      { seed: 605, numRuns: 1000 },
    )
  })

  test('the time to encode a text is proportional to its length, for any content', () => {
    const pieces = ['a', 'ab', ' ', '中', '\u0301\u0323', 'é\u0301', '\u0344', '<ma', '▁', '😀', '\u0600']
    for (const { tokenizer } of kinds)
      for (const piece of pieces)
        expect(tokenizer.encode(piece.repeat(20_000), { maxLength: 8 }).ids.length).toBeLessThanOrEqual(8)
  })

  test('combining marks in any order get the ids of the sorted marks', () => {
    for (const { name, tokenizer } of kinds.filter(
      ({ name }) => name === 'modernbert' || name === 'albert',
    )) {
      const marks = '\u302f\u{1d165}\u0301\u0323'.repeat(40)
      expect(tokenizer.encode(`a${marks}`).ids, name).toEqual(
        tokenizer.encode(`a${marks.normalize('NFD')}`).ids,
      )
    }
  })
})

describe('an invalid tokenizer.json of another kind', () => {
  const bpe = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2, '<pad>': 3 }, merges: ['a b'] }
  const unigram = {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['<pad>', 0],
      ['a', -1.5],
    ],
  }
  const json = (changes: object) => ({ tokenizerJson: { model: bpe, ...changes } })
  const nested = (type: string, list: string) => {
    let stage: object = { type: 'NFC' }
    for (let depth = 0; depth < 20_000; depth++) stage = { type, [list]: [stage] }
    return stage
  }
  const bpeWith = (changes: object) => json({ model: { ...bpe, ...changes } })
  const unigramWith = (changes: object) => json({ model: { ...unigram, ...changes } })
  const normalizer = (type: string, fields: object = {}) => json({ normalizer: { type, ...fields } })
  const preTokenizer = (type: string, fields: object = {}) => json({ pre_tokenizer: { type, ...fields } })
  const postProcessor = (type: string, fields: object = {}) => json({ post_processor: { type, ...fields } })
  const precompiled = (charsmap?: string) => normalizer('Precompiled', { precompiled_charsmap: charsmap })
  const charsmap = (bytes: number[]) => precompiled(btoa(String.fromCharCode(...bytes)))
  const thirdText = { single: [{ Sequence: { id: 'C', type_id: 0 } }], pair: [] }
  const unknownId = { cls: ['a', 9000], sep: ['b', 1] }
  const bertLike = { type: 'BertProcessing', cls: ['a', 0], sep: ['b', 1] }

  const broken: Record<string, object> = {
    'missing merges': bpeWith({ merges: undefined }),
    'merges that are a string': bpeWith({ merges: 'a b' }),
    'a merge of three': bpeWith({ merges: ['a b a'] }),
    'a merge that is a number': bpeWith({ merges: [5] }),
    'a merge of numbers': bpeWith({ merges: [[1, 2]] }),
    'a merge of a token outside the vocabulary': bpeWith({ merges: ['a c'] }),
    'a merge into a token outside the vocabulary': bpeWith({ merges: ['b a'] }),
    'a prefix that is a number': bpeWith({ continuing_subword_prefix: 1 }),
    'random merges': bpeWith({ dropout: 0.1 }),
    'fuse_unk that is a string': bpeWith({ fuse_unk: 'yes' }),
    'a Unigram whose vocabulary is an object': unigramWith({ vocab: { a: 0 } }),
    'a Unigram without tokens': unigramWith({ vocab: [] }),
    'a score that is not a number': unigramWith({ vocab: [['<pad>', 'x']] }),
    'a missing score': unigramWith({ vocab: [['<pad>']] }),
    'a token that is not a string': unigramWith({ vocab: [[1, 1]] }),
    'an unk_id beyond the vocabulary': unigramWith({ unk_id: 3 }),
    'a negative unk_id': unigramWith({ unk_id: -1 }),
    'an unk_id that is a string': unigramWith({ unk_id: '<unk>' }),
    'an unknown normalizer': normalizer('Shout'),
    'normalizers nested too deep': json({ normalizer: nested('Sequence', 'normalizers') }),
    'pre-tokenizers nested too deep': json({ pre_tokenizer: nested('Sequence', 'pretokenizers') }),
    'a normalizer that is not an object': normalizer('Sequence', { normalizers: ['NFC'] }),
    'an unknown pre_tokenizer': preTokenizer('Scissors'),
    'an unknown post_processor': postProcessor('Glue'),
    'a Replace without a pattern': normalizer('Replace', { content: '' }),
    'a Replace with a broken pattern': normalizer('Replace', { pattern: { Regex: '[' }, content: '' }),
    'a Metaspace without a character': preTokenizer('Metaspace', { replacement: '' }),
    'a Split with an unknown behavior': preTokenizer('Split', { pattern: { String: ' ' }, behavior: 'Gone' }),
    'a ByteLevel without add_prefix_space': preTokenizer('ByteLevel'),
    'a template with a third text': postProcessor('TemplateProcessing', thirdText),
    'a special token whose id no token has': postProcessor('RobertaProcessing', unknownId),
    'two processors with special tokens': postProcessor('Sequence', { processors: [bertLike, bertLike] }),
    'a missing charsmap': precompiled(),
    'a charsmap that is not base64': precompiled('§'),
    'an empty charsmap': charsmap([]),
    'a charsmap shorter than its trie': charsmap([255, 255, 255, 127, 0, 0, 0, 0]),
    'a charsmap without a trie': charsmap([0, 0, 0, 0]),
    'a charsmap with a trie of 6 bytes': charsmap([6, 0, 0, 0, 1, 2, 3, 4, 5, 6]),
  }

  for (const [what, files] of Object.entries(broken))
    test(`createTokenizer refuses ${what}`, () => {
      expect(() => createTokenizer(files as never)).toThrow(
        expect.objectContaining({ name: 'BertEmbedError', code: 'INVALID_TOKENIZER' }),
      )
    })

  test('a charsmap with invalid offsets leaves the text unchanged', () => {
    const broken = charsmap([8, 0, 0, 0, 97, 255, 255, 255, 255, 255, 255, 127])
    expect(createTokenizer(broken as never).encode('ab').tokens).toEqual(['ab'])
  })

  test('encode refuses an unknown character when the vocabulary has no unknown token', () => {
    for (const model of [
      { ...bpe, unk_token: '<unk>' },
      { ...unigram, unk_id: null },
    ]) {
      const tokenizer: Tokenizer = createTokenizer(json({ model }) as never)
      expect(tokenizer.encode('aa').ids.length).toBe(2)
      expect(() => tokenizer.encode('ax')).toThrow(expect.objectContaining({ code: 'INVALID_TOKENIZER' }))
    }
    // Without `unk_token`, BPE leaves out unknown characters, as in Rust.
    expect(createTokenizer(json({}) as never).encode('axb').tokens).toEqual(['ab'])
  })
})

describe('a Unigram', () => {
  const tokenizer = (vocab: [string, number][]) =>
    createTokenizer({
      tokenizerJson: { model: { type: 'Unigram', unk_id: 0, vocab: [['<unk>', 0], ['<pad>', 0], ...vocab] } },
    })

  test('a Unigram reads scores of 17 digits as Rust does, which decides between paths of equal probability', () => {
    // Rust reads -1.8771917354846979 one ulp lower.
    const long = tokenizer([
      ['a', -1],
      ['b', -0.877191735484698],
      ['ab', -1.8771917354846979],
    ])
    expect(long.encode('ab').tokens).toEqual(['a', 'b'])
  })

  test('a Unigram prefers the later of equal tokens and the first of equal paths', () => {
    expect([
      ...tokenizer([
        ['a', -1],
        ['a', -2],
      ]).encode('a').ids,
    ]).toEqual([3])
    expect(
      tokenizer([
        ['a', -1],
        ['b', -1],
        ['ab', -2],
      ]).encode('ab').tokens,
    ).toEqual(['ab'])
  })
})
