import { expect, test } from 'vitest'
import { parseStsb, scoreStsb } from '../../scripts/published/stsb.mjs'

test('parseStsb reads quotes, commas, line breaks and both kinds of line endings', () => {
  const csv =
    'sentence1,sentence2,score\r\n"He said ""no"", twice.",A plain one.,2.5\n"Two\nlines",A plain one.,0\n'
  expect(parseStsb(csv, 'set.csv')).toEqual({
    sentences: ['He said "no", twice.', 'A plain one.', 'Two\nlines'],
    pairs: [
      { first: 0, second: 1, score: 2.5 },
      { first: 2, second: 1, score: 0 },
    ],
  })
})

test('parseStsb names the row that has no score', () => {
  expect(() => parseStsb('a,b,1\nc,d', 'set.csv')).toThrow('set.csv: row 2')
  expect(() => parseStsb('a,b,1\n"c,d,2', 'set.csv')).toThrow('"c,d,2')
})

test("scoreStsb gives equal values the mean of their ranks in Spearman's correlation", () => {
  const score = (found: readonly number[], scores: readonly number[]) =>
    scoreStsb({ pairs: scores.map((score, i) => ({ first: i, second: i, score })) }, found, (value) => value)
  expect(score([1, 2, 9], [0.1, 3, 4])).toBeCloseTo(100, 10)
  expect(score([3, 2, 1], [1, 2, 3])).toBeCloseTo(-100, 10)
  // scipy.stats.spearmanr([1, 2, 2, 3, 5], [1, 1, 4, 3, 5]) = 0.7631578947368421
  expect(score([1, 2, 2, 3, 5], [1, 1, 4, 3, 5])).toBeCloseTo(76.31578947368421, 10)
})
