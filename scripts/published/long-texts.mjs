/**
 * Compares the ways to embed long texts in a search task with a trained model: the table of docs/long-texts.md.
 *
 *   npm run build && node scripts/published/long-texts.mjs --stsb FILE MODEL_DIRECTORY
 *
 * The task is made from an STS-B set as CSV (sentence1,sentence2,score), because its pairs are rated by people. Of each pair of
 * nearly equal meaning (a score of 4.4 or more), one sentence is the query. The other one is hidden at a random place of a
 * document of 40 sentences. The other 39 are from the pairs of lower scores. The document has to be found among all documents.
 */

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createRandom } from '../../bench/random.mjs'
import { createEmbedder, semanticSearch } from '../../dist/index.node.js'
import { parseStsb } from './stsb.mjs'

const sentencesOfDocument = 40
const { values, positionals } = parseArgs({ options: { stsb: { type: 'string' } }, allowPositionals: true })
const embedder = await createEmbedder({ model: positionals[0] })
const { queries, documents } = makeTask(parseStsb(readFileSync(values.stsb, 'utf8'), values.stsb))
const queryVectors = await embedder.embed(queries)
const { tokens } = embedder.tokenize(documents, { overflow: 'windows', windowOverlap: 0 })
const count = tokens.reduce((sum, row) => sum + row.length - 2, 0) / documents.length
console.log(
  `${documents.length} documents of ${count.toFixed(0)} tokens, ${embedder.maxLength} tokens a window at most\n`,
)

print('truncate', await embedder.embed(documents))
print('windows, their mean', await embedder.embed(documents, { overflow: 'windows' }))
for (const maxLength of [256, 128, 64]) {
  const { vectors, textIndices } = await embedWindows(documents, { maxLength })
  print(`a vector for each window of ${maxLength} tokens`, vectors, textIndices)
}
await embedder.dispose()

function makeTask({ pairs, sentences }) {
  const random = createRandom(1)
  const isQuery = ({ score, first, second }) => score >= 4.4 && first !== second
  const answers = pairs.filter(isQuery)
  const used = new Set(answers.flatMap(({ first, second }) => [first, second]))
  const others = sentences.filter((_, index) => !used.has(index))
  const documents = answers.map(({ second }) => {
    const drawn = Array.from(
      { length: sentencesOfDocument - 1 },
      () => others[Math.floor(random() * others.length)],
    )
    return drawn.toSpliced(Math.floor(random() * sentencesOfDocument), 0, sentences[second]).join(' ')
  })
  return { queries: answers.map(({ first }) => sentences[first]), documents }
}

async function embedWindows(texts, { maxLength }) {
  const { inputIds, tokens, textIndices } = embedder.tokenize(texts, { overflow: 'windows', maxLength })
  const width = inputIds.shape[1]
  const rows = tokens.map(({ length }, row) => inputIds.data.subarray(row * width, row * width + length))
  return { vectors: await embedder.embedTokens(rows), textIndices }
}

/** Prints how often the best document is the right one, or one of the best five is. `owners` has the document of each vector. */
function print(name, vectors, owners = vectors.map((_, index) => index)) {
  const hits = semanticSearch(queryVectors, vectors, { topK: vectors.length })
  const places = hits.map((ofQuery, query) =>
    [...new Set(ofQuery.map(({ index }) => owners[index]))].indexOf(query),
  )
  const share = (limit) =>
    `${((100 * places.filter((place) => place < limit).length) / places.length).toFixed(0)} %`
  console.log(`| ${name} | ${(vectors.length / documents.length).toFixed(1)} | ${share(1)} | ${share(5)} |`)
}
