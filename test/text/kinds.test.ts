/** Byte-level BPE, Unigram and the other kinds beside BERT's own, as scripts/tokenizer/record_further_fixtures.py recorded them. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadTokenizer } from '../../src/text/load-tokenizer.js'
import { createTokenizer, type Tokenizer } from '../../src/text/tokenizer.js'
import { kindNames, readFixture, vocab } from './fixtures.js'

type Case = [
  texts: [string, string?],
  maxLength: number | null,
  truncationSide: 'left' | 'right',
  addSpecialTokens: boolean,
  tokens: string[],
  ids: number[],
  typeIds: number[],
  specialTokensMask: number[],
]

const kinds = kindNames.map((name) => {
  const { tokenizerJson, cases } = readFixture<{ tokenizerJson: object; cases: Case[] }>(`kinds/${name}.json`)
  // GPT-2 has no padding token; a class that transformers does not build anew leaves the file as it is.
  const tokenizerConfig = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...(name === 'gpt2' ? { pad_token: '<|endoftext|>' } : {}),
  }
  const files = { tokenizerJson, tokenizerConfig }
  return { name, files, cases, tokenizer: createTokenizer(files) }
})

describe('a tokenizer of another kind', () => {
  for (const { name, cases, tokenizer } of kinds)
    test(`gives the tokens of the Rust library (${name})`, () => {
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

  test('is loaded the same by its files, with the parts they ask for', async () => {
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

  test('keeps the start or the end of any text, and counts what is left out', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds.map(({ tokenizer }) => tokenizer)),
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 40 }),
          // UTF-16 code units, lone surrogates among them.
          fc
            .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
            .map((units) => String.fromCharCode(...units)),
        ),
        fc.integer({ min: 2, max: 12 }),
        fc.constantFrom('left' as const, 'right' as const),
        (tokenizer, text, maxLength, truncationSide) => {
          const whole = tokenizer.encode(text, { addSpecialTokens: false }).ids
          const kept = tokenizer.encode(text, { maxLength, truncationSide })
          const own = kept.ids.filter((_, at) => kept.specialTokensMask[at] === 0)
          const start = truncationSide === 'right' ? 0 : whole.length - own.length
          expect(own).toEqual(whole.slice(start, start + own.length))
          expect(own.length + kept.truncatedTokens).toBe(whole.length)
          expect(kept.ids.length).toBe(Math.min(maxLength, whole.length + tokenizer.countSpecialTokens()))
        },
      ),
      { seed: 605, numRuns: 1000 },
    )
  })

  test('takes time in proportion to the text, whatever is in it', () => {
    const pieces = ['a', 'ab', ' ', '中', '\u0301\u0323', 'é\u0301', '\u0344', '<ma', '▁', '😀', '\u0600']
    for (const { tokenizer } of kinds)
      for (const piece of pieces)
        expect(tokenizer.encode(piece.repeat(20_000), { maxLength: 8 }).ids.length).toBeLessThanOrEqual(8)
  })

  test('counts a pile of marks as it counts them in order', () => {
    for (const { name, tokenizer } of kinds.filter(
      ({ name }) => name === 'modernbert' || name === 'albert',
    )) {
      const pile = '\u302f\u{1d165}\u0301\u0323'.repeat(40)
      expect(tokenizer.encode(`a${pile}`).ids, name).toEqual(
        tokenizer.encode(`a${pile.normalize('NFD')}`).ids,
      )
    }
  })
})

describe('a tokenizer of another kind that cannot be', () => {
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
    let part: object = { type: 'NFC' }
    for (let depth = 0; depth < 20_000; depth++) part = { type, [list]: [part] }
    return part
  }
  const charsmap = (bytes: number[]) =>
    json({
      normalizer: { type: 'Precompiled', precompiled_charsmap: btoa(String.fromCharCode(...bytes)) },
    })
  const broken: Record<string, object> = {
    'merges that are missing': json({ model: { ...bpe, merges: undefined } }),
    'merges that are a string': json({ model: { ...bpe, merges: 'a b' } }),
    'a merge of three': json({ model: { ...bpe, merges: ['a b a'] } }),
    'a merge that is a number': json({ model: { ...bpe, merges: [5] } }),
    'a merge of numbers': json({ model: { ...bpe, merges: [[1, 2]] } }),
    'a merge of a token that is not there': json({ model: { ...bpe, merges: ['a c'] } }),
    'a merge that makes a token that is not there': json({ model: { ...bpe, merges: ['b a'] } }),
    'a prefix that is a number': json({ model: { ...bpe, continuing_subword_prefix: 1 } }),
    'random merges': json({ model: { ...bpe, dropout: 0.1 } }),
    'fuse_unk that is a word': json({ model: { ...bpe, fuse_unk: 'yes' } }),
    'a Unigram with an object for its vocabulary': json({ model: { ...unigram, vocab: { a: 0 } } }),
    'a Unigram without tokens': json({ model: { ...unigram, vocab: [] } }),
    'a score that is no number': json({ model: { ...unigram, vocab: [['<pad>', 'x']] } }),
    'a score that is missing': json({ model: { ...unigram, vocab: [['<pad>']] } }),
    'a token that is no string': json({ model: { ...unigram, vocab: [[1, 1]] } }),
    'an unk_id beyond the vocabulary': json({ model: { ...unigram, unk_id: 3 } }),
    'an unk_id below it': json({ model: { ...unigram, unk_id: -1 } }),
    'an unk_id that is a word': json({ model: { ...unigram, unk_id: '<unk>' } }),
    'an unknown normalizer': json({ normalizer: { type: 'Shout' } }),
    'normalizers nested without end': json({ normalizer: nested('Sequence', 'normalizers') }),
    'splits nested without end': json({ pre_tokenizer: nested('Sequence', 'pretokenizers') }),
    'a normalizer that is no object': json({ normalizer: { type: 'Sequence', normalizers: ['NFC'] } }),
    'an unknown pre_tokenizer': json({ pre_tokenizer: { type: 'Scissors' } }),
    'an unknown post_processor': json({ post_processor: { type: 'Glue' } }),
    'a Replace without a pattern': json({ normalizer: { type: 'Replace', content: '' } }),
    'a Replace with a broken pattern': json({
      normalizer: { type: 'Replace', pattern: { Regex: '[' }, content: '' },
    }),
    'a Metaspace without its character': json({ pre_tokenizer: { type: 'Metaspace', replacement: '' } }),
    'a Split of no known behaviour': json({
      pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'Gone', invert: false },
    }),
    'a ByteLevel without add_prefix_space': json({ pre_tokenizer: { type: 'ByteLevel' } }),
    'a template with a third text': json({
      post_processor: {
        type: 'TemplateProcessing',
        single: [{ Sequence: { id: 'C', type_id: 0 } }],
        pair: [],
      },
    }),
    'a special token with an id that no token has': json({
      post_processor: {
        type: 'RobertaProcessing',
        cls: ['a', 9000],
        sep: ['b', 1],
      },
    }),
    'two processors with special tokens': json({
      post_processor: {
        type: 'Sequence',
        processors: Array(2).fill({ type: 'BertProcessing', cls: ['a', 0], sep: ['b', 1] }),
      },
    }),
    'a charsmap that is missing': json({ normalizer: { type: 'Precompiled' } }),
    'a charsmap that is not base64': json({
      normalizer: { type: 'Precompiled', precompiled_charsmap: '§' },
    }),
    'an empty charsmap': charsmap([]),
    'a charsmap shorter than its trie': charsmap([255, 255, 255, 127, 0, 0, 0, 0]),
    'a charsmap without a trie': charsmap([0, 0, 0, 0]),
    'a charsmap of broken units': charsmap([6, 0, 0, 0, 1, 2, 3, 4, 5, 6]),
  }

  for (const [what, files] of Object.entries(broken))
    test(`is refused: ${what}`, () => {
      expect(() => createTokenizer(files as never)).toThrow(
        expect.objectContaining({ name: 'BertEmbedError', code: 'INVALID_TOKENIZER' }),
      )
    })

  test('survives a charsmap that leads nowhere', () => {
    const wild = charsmap([8, 0, 0, 0, 97, 255, 255, 255, 255, 255, 255, 127])
    expect(createTokenizer(wild as never).encode('ab').tokens).toEqual(['ab'])
  })

  test('is refused when it meets what it has no token for', () => {
    for (const model of [
      { ...bpe, unk_token: '<unk>' },
      { ...unigram, unk_id: null },
    ]) {
      const tokenizer: Tokenizer = createTokenizer(json({ model }) as never)
      expect(tokenizer.encode('aa').ids.length).toBe(2)
      expect(() => tokenizer.encode('ax')).toThrow(expect.objectContaining({ code: 'INVALID_TOKENIZER' }))
    }
    // A BPE without an unknown token leaves it out, as in Rust.
    expect(createTokenizer(json({}) as never).encode('axb').tokens).toEqual(['ab'])
  })
})

describe('a Unigram', () => {
  const tokenizer = (vocab: [string, number][]) =>
    createTokenizer({
      tokenizerJson: { model: { type: 'Unigram', unk_id: 0, vocab: [['<unk>', 0], ['<pad>', 0], ...vocab] } },
    })

  test('reads scores of 17 digits as Rust does, which tells paths of one probability apart', () => {
    // Rust reads -1.8771917354846979 one ulp lower.
    const long = tokenizer([
      ['a', -1],
      ['b', -0.877191735484698],
      ['ab', -1.8771917354846979],
    ])
    expect(long.encode('ab').tokens).toEqual(['a', 'b'])
  })

  test('takes the later of equal tokens, and the first of equal paths', () => {
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
