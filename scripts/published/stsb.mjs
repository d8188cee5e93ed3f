/** The STS-B benchmark: pairs of sentences with human ratings of their similarity. */

/**
 * Reads a CSV of sentence1, sentence2 and score, with or without a header line.
 *
 * @returns {{ pairs: { first: number, second: number, score: number }[], sentences: string[] }} each sentence once;
 *   the pairs name them by their places
 */
export function parseStsb(csv, name) {
  const places = new Map()
  const place = (sentence) => {
    if (!places.has(sentence)) places.set(sentence, places.size)
    return places.get(sentence)
  }
  const rows = parseCsv(csv).filter(([, , score]) => score !== 'score')
  const pairs = rows.map(([first, second, score], index) => {
    if (score === undefined || !Number.isFinite(Number(score)))
      throw new Error(`${name}: row ${index + 1} is not sentence1,sentence2,score with a number.`)
    return { first: place(first), second: place(second), score: Number(score) }
  })
  return { pairs, sentences: [...places.keys()] }
}

/** Spearman's rank correlation of the pairs' similarities with their scores, times 100 as in publications. */
export function scoreStsb({ pairs }, vectors, similarity) {
  const found = pairs.map(({ first, second }) => similarity(vectors[first], vectors[second]))
  const expected = pairs.map(({ score }) => score)
  return 100 * pearson(ranks(found), ranks(expected))
}

/** Parses RFC 4180: fields may be quoted, and a quoted field may contain commas, line breaks and doubled quotes. */
function parseCsv(text) {
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y
  const rows = [[]]
  while (field.lastIndex < text.length) {
    const start = field.lastIndex
    const match = field.exec(text)
    if (!match) throw new Error(`The CSV is damaged near ${JSON.stringify(text.slice(start, start + 40))}.`)
    const [, value, end] = match
    rows.at(-1).push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value)
    if (end !== ',' && field.lastIndex < text.length) rows.push([])
  }
  return rows
}

/** Returns the ranks of values. Equal values have the mean of their ranks. */
function ranks(values) {
  const order = values.map((_, index) => index).sort((a, b) => values[a] - values[b])
  const result = new Float64Array(values.length)
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && values[order[end]] === values[order[start]]) end++
    for (const index of order.slice(start, end)) result[index] = (start + end - 1) / 2
    start = end
  }
  return result
}

function pearson(first, second) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanOfFirst, meanOfSecond] = [mean(first), mean(second)]
  const [a, b] = [first.map((value) => value - meanOfFirst), second.map((value) => value - meanOfSecond)]
  const dot = (x, y) => x.reduce((sum, value, index) => sum + value * y[index], 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}
