/**
 * Prints what small vectors cost in quality, with trained checkpoints: the table of docs/quantisation.md.
 *
 *   npm run build && node scripts/published/small-vectors.mjs --stsb stsb-en-test.csv [--corpus FILE …] MODEL_DIRECTORY …
 *
 *   --stsb FILE    an STS-B set as CSV (sentence1,sentence2,score). The pairs with a score of 4 or more are the
 *                  questions: the first sentence asks, and the second one should be found
 *   --corpus FILE  another STS-B set, whose sentences are searched too. The ranges of int8 come from the first 1,000
 *                  sentences of the first of these files, else from the searched sentences
 */

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import {
  createEmbedder,
  embeddingRanges,
  quantizeEmbeddings,
  semanticSearch,
  truncateEmbeddings,
} from '../../dist/index.node.js'
import { parseStsb, scoreStsb } from './stsb.mjs'

const topK = 10
const { values: options, positionals: models } = parseArgs({
  options: { stsb: { type: 'string' }, corpus: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
})
const read = (file) => parseStsb(readFileSync(file, 'utf8'), file)
const stsb = read(options.stsb)
const others = options.corpus.map(read)
// The sentences of the test set come first, so that the places of its pairs are places in the corpus.
const corpus = [...new Set([stsb, ...others].flatMap(({ sentences }) => sentences))]
const questions = stsb.pairs.filter(({ first, second, score }) => score >= 4 && first !== second)
const typical = new Set((others[0] ?? stsb).sentences.slice(0, 1000))

console.log(`${corpus.length} sentences, ${questions.length} questions`)
console.log('| model | vectors | bytes | STS-B | recall@1 | recall@10 | the 10 best of float32 found |')
console.log('|---|---|---:|---:|---:|---:|---:|')
for (const model of models) {
  const embedder = await createEmbedder({ model })
  const vectors = await embedder.embed(corpus, { normalize: true })
  await embedder.dispose()
  const exact = search({ vectors })
  for (const [name, form] of Object.entries(formsOf(vectors))) {
    const rankings = search(form)
    const cells = [
      form.codes?.[0].byteLength ?? form.vectors[0].byteLength,
      scoreStsb(
        stsb,
        stsb.sentences.map((_, index) => index),
        scoreOf(form),
      ).toFixed(2),
      percent(shareFound(rankings, 1)),
      percent(shareFound(rankings, topK)),
      percent(shareOfExact(rankings, exact)),
    ]
    console.log(`| ${[basename(model), name, ...cells].join(' | ')} |`)
  }
}

/** The forms of the corpus: what is stored (`codes`), what asks (`vectors`), and how to search. */
function formsOf(vectors) {
  const ranges = embeddingRanges(vectors.filter((_, index) => typical.has(corpus[index])))
  const int8 = quantizeEmbeddings(vectors, { precision: 'int8', ranges })
  const bits = quantizeEmbeddings(vectors, { precision: 'ubinary' })
  const truncated = [256, 128, 64]
    .filter((width) => width < vectors[0].length)
    .map((truncateDim) => [
      `float32, truncateDim ${truncateDim}`,
      { vectors: truncateEmbeddings(vectors, { truncateDim, normalize: true }) },
    ])
  return {
    float32: { vectors },
    int8: { vectors, codes: int8, options: { precision: 'int8', ranges } },
    'binary, rescore: false': { vectors, codes: bits, options: { precision: 'ubinary', rescore: false } },
    'binary, rescored x4': { vectors, codes: bits, options: { precision: 'ubinary' } },
    'binary, rescored x10': {
      vectors,
      codes: bits,
      options: { precision: 'ubinary', rescoreMultiplier: 10 },
    },
    'binary, 44 candidates sorted by int8': { vectors, codes: bits, sortedBy: { codes: int8, ranges } },
    ...Object.fromEntries(truncated),
  }
}

/** Returns the best hits of each question, without the question's own sentence. */
function search({ vectors, codes = vectors, options, sortedBy }) {
  const queries = questions.map(({ first }) => vectors[first])
  // One hit more than needed, because a question finds its own sentence too.
  const size = topK + 1
  const hits = sortedBy
    ? searchTwice(queries, codes, sortedBy, size)
    : semanticSearch(queries, codes, { topK: size, ...options }).map((list) => list.map(({ index }) => index))
  return hits.map((list, at) => list.filter((index) => index !== questions[at].first).slice(0, topK))
}

function searchTwice(queries, bits, { codes, ranges }, size) {
  const candidates = semanticSearch(queries, bits, { precision: 'ubinary', rescore: false, topK: 4 * size })
  return queries.map((query, at) => {
    const found = candidates[at].map(({ index }) => index)
    const bytes = found.map((index) => codes[index])
    const hits = semanticSearch(query, bytes, { precision: 'int8', ranges, topK: size })
    return hits.map(({ index }) => found[index])
  })
}

/** Returns the score of two sentences as a search with the first one gives it to the second one. */
function scoreOf({ vectors, sortedBy, codes = vectors, options }) {
  if (sortedBy)
    return scoreOf({
      vectors,
      codes: sortedBy.codes,
      options: { precision: 'int8', ranges: sortedBy.ranges },
    })
  return (first, second) => semanticSearch(vectors[first], [codes[second]], { topK: 1, ...options })[0].score
}

function shareFound(rankings, size) {
  const found = rankings.filter((list, at) => list.slice(0, size).includes(questions[at].second))
  return found.length / rankings.length
}

function shareOfExact(rankings, exact) {
  const shares = rankings.map((list, at) => list.filter((index) => exact[at].includes(index)).length / topK)
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`
}
