import { describe, expect, test } from 'vitest'
import { type FittedBatch, fitBatch } from '../../src/embedder/sessions/fit-batch.js'
import { padEncodings } from '../../src/text/pad.js'

const padToken = { id: 9, typeId: 0, token: '[PAD]' }
const batchOf = (texts: readonly (readonly number[])[], paddingSide: 'left' | 'right' = 'right') =>
  padEncodings(
    texts.map((ids) => ({ ids: Int32Array.from(ids), tokenTypeIds: Int32Array.from(ids, () => 1) })),
    { padToken, paddingSide },
  )
const sizes = { hasMask: true, padId: 9 }
const rowsOf = ({ batch }: FittedBatch) => {
  const { data, shape } = batch.inputIds
  return Array.from({ length: shape[0]! }, (_, row) => [
    ...data.subarray(row * shape[1]!, (row + 1) * shape[1]!),
  ])
}

describe('a batch', () => {
  test('a batch is unchanged for a graph that takes any sizes', () => {
    const whole = batchOf([[1, 2], [3]])
    expect(fitBatch(whole, sizes, 1)).toEqual([{ start: 0, count: 2, column: 0, tokens: 2, batch: whole }])
  })

  test('a batch is cut into runs of the fixed number of rows, and the last run is filled up', () => {
    const parts = fitBatch(batchOf([[1, 2], [3], [4]]), { ...sizes, rows: 2 }, 100)
    expect(parts.map(rowsOf)).toEqual([
      [
        [1, 2],
        [3, 9],
      ],
      [
        [4, 9],
        [4, 9],
      ],
    ])
    expect(parts).toMatchObject([
      { start: 0, count: 2 },
      { start: 2, count: 1 },
    ])
  })

  test('a batch is padded to the fixed length, with at most maxRows rows per run', () => {
    const parts = fitBatch(batchOf([[1, 2], [3], [4]]), { ...sizes, tokens: 3 }, 2)
    expect(parts.map(rowsOf)).toEqual([
      [
        [1, 2, 9],
        [3, 9, 9],
      ],
      [[4, 9, 9]],
    ])
    expect([...parts[0]!.batch.attentionMask.data]).toEqual([1, 1, 0, 1, 0, 0])
    expect([...parts[0]!.batch.tokenTypeIds.data]).toEqual([1, 1, 0, 1, 0, 0])
  })

  test.each(['left', 'right'] as const)(
    'a batch padded on the %s has runs of equal lengths for a graph without a mask',
    (side) => {
      const parts = fitBatch(batchOf([[1, 2], [3, 4], [5], [6, 7]], side), { ...sizes, hasMask: false }, 100)
      expect(parts.map(rowsOf)).toEqual([
        [
          [1, 2],
          [3, 4],
        ],
        [[5]],
        [[6, 7]],
      ])
      expect(parts[1]).toMatchObject({ start: 2, count: 1, column: side === 'left' ? 1 : 0, tokens: 1 })
    },
  )

  test('an empty text has a run', () => {
    const parts = fitBatch(batchOf([[], []]), { ...sizes, hasMask: false, rows: 1 }, 1)
    expect(parts).toHaveLength(2)
  })
})
