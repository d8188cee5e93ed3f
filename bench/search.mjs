/**
 * Measures the time and the recall of semanticSearch at each precision, compared with sorting all similarities.
 *
 *     npm run build && node bench/search.mjs [VECTORS] [DIMENSION]
 */

import { embeddingRanges, quantizeEmbeddings, semanticSearch } from '../dist/index.node.js'
import { createRandom, drawNormal, fillNormal } from './random.mjs'

const count = Number(process.argv[2] ?? 100_000)
const width = Number(process.argv[3] ?? 384)
const rounds = 7
const topK = 10
const random = createRandom(1)

/**
 * Creates vectors of length 1 that lie mostly in a few directions, like those of texts, and queries near some of them.
 */
const directions = Array.from({ length: 24 }, (_, i) => draw((i + 1) ** -0.5))
const corpus = Array.from({ length: count }, () => {
  const vector = draw(0.03)
  for (const direction of directions) {
    const weight = drawNormal(random)
    for (let i = 0; i < width; i++) vector[i] += weight * direction[i]
  }
  return scaled(vector)
})
const queries = Array.from({ length: 10 }, (_, i) => {
  const noise = draw(0.3 / Math.sqrt(width))
  return scaled(corpus[i * 97].map((value, at) => value + noise[at]))
})
const ranges = embeddingRanges(corpus.slice(0, 1000))

function draw(deviation) {
  const vector = new Float32Array(width)
  fillNormal(vector, { random, mean: 0, deviation })
  return vector
}
function scaled(vector) {
  const norm = Math.hypot(...vector)
  return vector.map((value) => value / norm)
}

function toTensor(vectors) {
  const data = new vectors[0].constructor(vectors.length * vectors[0].length)
  for (const [row, vector] of vectors.entries()) data.set(vector, row * vector.length)
  const dtype = { Float32Array: 'float32', Int8Array: 'int8', Uint8Array: 'uint8' }[data.constructor.name]
  return { dtype, data, shape: [vectors.length, vectors[0].length] }
}

/** The straightforward search without a library. */
function sortAll(query) {
  return corpus
    .map((vector, index) => {
      let dot = 0
      let squares = 0
      for (let i = 0; i < width; i++) {
        dot += query[i] * vector[i]
        squares += vector[i] * vector[i]
      }
      return { index, score: dot / Math.sqrt(squares) }
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, topK)
}

const int8 = quantizeEmbeddings(corpus, { precision: 'int8', ranges })
const ubinary = quantizeEmbeddings(corpus, { precision: 'ubinary' })
const forms = {
  'sort all, cosine': { search: (texts) => texts.map(sortAll) },
  'float32, cosine': { vectors: corpus },
  'float32, dot': { vectors: corpus, metric: 'dot' },
  'float32 tensor, dot': { vectors: toTensor(corpus), metric: 'dot' },
  'int8, cosine': { vectors: int8, precision: 'int8', ranges },
  'int8 tensor, dot': { vectors: toTensor(int8), precision: 'int8', ranges, metric: 'dot' },
  'ubinary, no rescoring': { vectors: ubinary, precision: 'ubinary', rescore: false },
  'ubinary, rescored x2': { vectors: ubinary, precision: 'ubinary', rescoreMultiplier: 2 },
  'ubinary, rescored x4': { vectors: ubinary, precision: 'ubinary', rescoreMultiplier: 4 },
  'ubinary, rescored x10': { vectors: ubinary, precision: 'ubinary', rescoreMultiplier: 10 },
  'ubinary tensor, x4': { vectors: toTensor(ubinary), precision: 'ubinary' },
}

const exact = queries.map((query) => new Set(sortAll(query).map(({ index }) => index)))
const results = Object.fromEntries(Object.keys(forms).map((name) => [name, { one: [], all: [], recall: 0 }]))
for (let round = 0; round < rounds; round++)
  for (const [name, { vectors, search, ...options }] of Object.entries(forms)) {
    const run = search ?? ((list) => semanticSearch(list, vectors, { topK, ...options }))
    const result = results[name]
    const start = performance.now()
    run(queries.slice(0, 1))
    const middle = performance.now()
    const hits = run(queries)
    result.one.push(middle - start)
    result.all.push((performance.now() - middle) / queries.length)
    const found = hits.flatMap((list, query) => list.filter(({ index }) => exact[query].has(index))).length
    result.recall = found / (queries.length * topK)
  }

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
const rows = Object.entries(results).map(([name, { one, all, recall }]) => ({
  name,
  one: median(one),
  all: median(all),
  recall,
}))
console.log(`${count} vectors of ${width}, top ${topK}; ms a query (medians of ${rounds})`)
console.log(`${''.padEnd(24)}   one  ratio  of ten  ratio  recall`)
for (const { name, one, all, recall } of rows)
  console.log(
    `${name.padEnd(24)} ${one.toFixed(1).padStart(5)} ${(rows[0].one / one).toFixed(2).padStart(6)} ${all.toFixed(1).padStart(7)} ${(rows[0].all / all).toFixed(2).padStart(6)}  ${recall.toFixed(2).padStart(6)}`,
  )
