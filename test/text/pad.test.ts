import { expect, test } from 'vitest'
import { padEncodings } from '../../src/text/pad.js'
import { tokenizers } from './fixtures.js'

const { cased } = tokenizers
const texts = [cased.encode('knight'), cased.encode('the old knight', { textPair: 'La' })]
const padToken = { id: 9, token: '[PAD]', typeId: 3 }

test('pads to the longest text', () => {
  const { inputIds, attentionMask, tokenTypeIds } = padEncodings(texts, { padToken, paddingSide: 'right' })
  expect(inputIds.shape).toEqual([2, 7])
  expect([...inputIds.data]).toEqual([...texts[0]!.ids, 9, 9, 9, 9, ...texts[1]!.ids])
  expect([...attentionMask.data]).toEqual([1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1])
  expect([...tokenTypeIds.data]).toEqual([0, 0, 0, 3, 3, 3, 3, 0, 0, 0, 0, 0, 1, 1])
})

test('pads on the left, to a length', () => {
  const { inputIds, attentionMask } = padEncodings([texts[0]!], { padToken, paddingSide: 'left', length: 5 })
  expect(inputIds.shape).toEqual([1, 5])
  expect([...inputIds.data]).toEqual([9, 9, ...texts[0]!.ids])
  expect([...attentionMask.data]).toEqual([0, 0, 1, 1, 1])
})

test('pads no texts to nothing', () => {
  expect(padEncodings([], cased).inputIds.shape).toEqual([0, 0])
})

test('refuses a length that a text does not fit', () => {
  for (const length of [2, 3.5, Number.NaN])
    expect(() => padEncodings(texts, { ...cased, length })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
})
