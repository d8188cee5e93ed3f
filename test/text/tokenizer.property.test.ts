import fc from 'fast-check'
import { expect, test } from 'vitest'
import { padEncodings } from '../../src/text/pad.js'
import { tokenizers } from './fixtures.js'

const seed = 605
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  // UTF-16 code units, lone surrogates among them.
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom('[SEP]', '[MASK]', 'knight', ' ', 's', 'Σ', '\u0301', '中'), { maxLength: 30 })
    .map((parts) => parts.join('')),
)
const tokenizer = fc.constantFrom(tokenizers.cased, tokenizers.uncased)

test('fits any text and pair into maxLength, with every special token in its place', () => {
  fc.assert(
    fc.property(
      tokenizer,
      text,
      fc.option(text, { nil: undefined }),
      fc.integer({ min: 3, max: 20 }),
      fc.constantFrom('left' as const, 'right' as const),
      (tokenizer, first, textPair, maxLength, truncationSide) => {
        const whole = tokenizer.encode(first, { textPair })
        const encoding = tokenizer.encode(first, { textPair, maxLength, truncationSide })
        const { ids, tokens, tokenTypeIds, specialTokensMask } = encoding
        expect(ids.length).toBe(Math.min(maxLength, whole.ids.length))
        expect([tokens.length, tokenTypeIds.length, specialTokensMask.length]).toEqual(
          Array(3).fill(ids.length),
        )
        expect(encoding.truncatedTokens).toBe(whole.ids.length - ids.length)
        expect(tokens[0]).toBe('[CLS]')
        expect(tokens.at(-1)).toBe('[SEP]')
        expect(specialTokensMask.reduce((sum, special) => sum + special, 0)).toBe(
          tokenizer.countSpecialTokens({ pair: textPair !== undefined }),
        )
        expect(ids.every((id) => id >= 0 && id < tokenizer.vocabSize)).toBe(true)
      },
    ),
    { seed, numRuns: 1500 },
  )
})

test('keeps every text whole in a padded batch', () => {
  fc.assert(
    fc.property(
      tokenizer,
      fc.array(text, { minLength: 1, maxLength: 5 }),
      fc.constantFrom('left' as const, 'right' as const),
      (tokenizer, texts, paddingSide) => {
        const encodings = texts.map((one) => tokenizer.encode(one))
        const { inputIds, attentionMask } = padEncodings(encodings, { ...tokenizer, paddingSide })
        const tokens = Math.max(...encodings.map(({ ids }) => ids.length))
        expect(inputIds.shape).toEqual([texts.length, tokens])
        expect(attentionMask.shape).toEqual(inputIds.shape)
        encodings.forEach(({ ids }, row) => {
          const rowIds = inputIds.data.subarray(row * tokens, (row + 1) * tokens)
          const rowMask = attentionMask.data.subarray(row * tokens, (row + 1) * tokens)
          expect(rowIds.filter((_, at) => rowMask[at] === 1)).toEqual(ids)
          expect(rowMask.indexOf(1)).toBe(paddingSide === 'left' ? tokens - ids.length : 0)
        })
      },
    ),
    { seed, numRuns: 500 },
  )
})
