/** Tests that every tokenizer has to pass to work in an embedder. Authors of a tokenizer can run them too. */

import { describe, expect, test } from 'vitest'
import { checkedTokenizer, checkTokenizer } from '../../src/text/checked-tokenizer.js'
import type { Tokenizer } from '../../src/text/tokenizer.js'

export interface TokenizerContract {
  readonly name: string
  readonly tokenizer: Tokenizer
}

const texts = [
  'The knight saddled his horse at dawn.',
  '',
  '   ',
  'École ½ naïve, 中国語 и по-русски: "quoted"!',
  'a\ud800b\udfff 👩‍👩‍👧',
  '[SEP] in [CLS] a </s> text <mask>',
  'knight '.repeat(200),
]

export function testTokenizerContract({ name, tokenizer }: TokenizerContract): void {
  describe(`the tokenizer ${name}`, () => {
    const specialTokens = tokenizer.countSpecialTokens()
    const textIds = (text: string, maxLength?: number) => {
      const { ids, specialTokensMask } = tokenizer.encode(text, { maxLength })
      return [...ids].filter((_, at) => specialTokensMask[at] === 0)
    }

    test('the tokenizer has the properties and methods that an embedder needs', () => {
      expect(() => checkTokenizer('tokenizer', tokenizer)).not.toThrow()
    })

    test.each(texts)('an encoding has lists of the same length, with ids of the vocabulary: %j', (text) => {
      const { encode } = checkedTokenizer(tokenizer, { lowercase: false })
      for (const addSpecialTokens of [true, false])
        for (const maxLength of [undefined, specialTokens, specialTokens + 1, 8])
          encode(text, { addSpecialTokens, maxLength })
    })

    test.each(texts)('special tokens do not change the tokens of a text: %j', (text) => {
      const bare = tokenizer.encode(text, { addSpecialTokens: false })
      expect([...bare.ids]).toEqual(textIds(text))
      expect(tokenizer.encode(text).ids).toHaveLength(bare.ids.length + specialTokens)
    })

    test.each(texts)('truncation keeps the start or the end of a text: %j', (text) => {
      const whole = textIds(text)
      for (const room of [0, 1, 5]) {
        const { truncatedTokens } = tokenizer.encode(text, { maxLength: specialTokens + room })
        const kept = textIds(text, specialTokens + room)
        const length = Math.min(room, whole.length)
        expect(truncatedTokens).toBe(whole.length - length)
        expect([whole.slice(0, length), whole.slice(whole.length - length)]).toContainEqual(kept)
      }
    })

    test('repeated calls return the same encoding', () => {
      for (const text of texts) expect(tokenizer.encode(text)).toEqual(tokenizer.encode(text))
    })

    test('a lone surrogate is encoded as U+FFFD', () => {
      expect(tokenizer.encode('a\ud800b').ids).toEqual(tokenizer.encode('a\ufffdb').ids)
    })

    test('encode refuses values that are not strings, and a maxLength below the number of special tokens', () => {
      for (const text of [undefined, null, 5, ['a']] as never[])
        expect(() => tokenizer.encode(text)).toThrow(expect.objectContaining({ code: 'INVALID_TEXT' }))
      if (specialTokens > 0)
        expect(() => tokenizer.encode('a', { maxLength: specialTokens - 1 })).toThrow(
          expect.objectContaining({ code: 'INVALID_OPTION' }),
        )
    })
  })
}
