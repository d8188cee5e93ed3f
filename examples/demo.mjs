/**
 * Tokenizes a passage, runs the model, and computes two sentence embeddings of it: [CLS] and mean. Then compares six
 * sentences with each other, and ranks them for a query.
 *
 *   npm run demo
 *   npm run demo -- --model google-bert/bert-base-cased     (or a directory, or a URL)
 */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  BertEmbedError,
  clsPooling,
  createEmbedder,
  meanPooling,
  semanticSearch,
  similarityMatrix,
} from 'bert-embed'

const ownModel = 'bert-embed-small-en'
const { values: options } = parseArgs({ options: { model: { type: 'string', default: ownModel } } })
const query = 'ships in bad weather'

try {
  await demo()
} catch (error) {
  if (!(error instanceof BertEmbedError)) throw error
  console.error(`${error.code}: ${error.message}`)
  process.exitCode = 1
}

async function demo() {
  const passage = await readText('don-quixote.txt')
  const sentences = (await readText('sentences.txt')).split('\n')

  const model = options.model === ownModel ? pathOf(`../models/${ownModel}`) : options.model
  const embedder = await createEmbedder({ model, onProgress: showDownload })
  const { lastHiddenState, attentionMask, truncatedTokens } = await embedder.forward(passage)
  const cls = clsPooling(lastHiddenState)
  const mean = meanPooling(lastHiddenState, attentionMask)

  print('model', options.model)
  print('passage', `${passage.slice(0, 58).trim()}... (${passage.split(/\s+/).length} words)`)
  print(
    'tokens',
    `${lastHiddenState.shape[1]}, the model's limit is ${embedder.maxLength}; ${truncatedTokens[0]} more were cut off`,
  )
  console.log()
  print('lastHiddenState', shapeOf(lastHiddenState))
  print('[CLS] embedding', `${shapeOf(cls)}  ${firstValues(cls)}`)
  print('', norms(cls, clsPooling(lastHiddenState, { normalize: true })))
  print('mean embedding', `${shapeOf(mean)}  ${firstValues(mean)}`)
  print('', norms(mean, meanPooling(lastHiddenState, attentionMask, { normalize: true })))
  console.log()
  const vectors = await embedder.embedDocuments(sentences)
  printSimilarities(sentences, similarityMatrix(vectors, vectors))
  console.log()
  console.log(`nearest to "${query}"`)
  for (const { index, score } of semanticSearch(await embedder.embedQuery(query), vectors, { topK: 3 }))
    console.log(`${score.toFixed(2).padStart(5)} ${sentences[index]}`)
  await embedder.dispose()
}

function readText(name) {
  return readFile(pathOf(`texts/${name}`), 'utf8').then((text) => text.trim())
}

function pathOf(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}

function print(label, value) {
  console.log(`${label.padEnd(17)}${value}`.trimEnd())
}

function shapeOf({ dtype, shape }) {
  return `${dtype} [${shape.join(', ')}]`.padEnd(22)
}

function firstValues({ data }) {
  return `${Array.from(data.subarray(0, 5), (value) => value.toFixed(4)).join(' ')} ...`
}

function norms(plain, normalized) {
  return `norm ${norm(plain).toFixed(6)}, normalized ${norm(normalized).toFixed(6)}`
}

function norm({ data }) {
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0))
}

/** Prints the cosine of every pair. More similar pairs are darker. Pairs below the average have no shade. */
function printSimilarities(sentences, { data }) {
  const rows = sentences.map((_, i) =>
    Array.from(data.subarray(i * sentences.length, (i + 1) * sentences.length)),
  )
  const others = rows.flatMap((row, i) => row.filter((_, j) => i !== j))
  const average = others.reduce((sum, cosine) => sum + cosine, 0) / others.length
  const max = Math.max(...others)
  const shade = (cosine) =>
    ' ░▒▓█'[Math.min(4, Math.floor(((cosine - average) / (max - average)) * 4.999))] ?? ' '

  const width = Math.max(...sentences.map((sentence) => sentence.length)) + 4
  console.log(
    'cosine similarity'.padEnd(width) + sentences.map((_, j) => String(j + 1).padStart(6)).join('  '),
  )
  sentences.forEach((sentence, i) => {
    const cells = rows[i].map((cosine) => `${shade(cosine).repeat(2)}${cosine.toFixed(2).padStart(5)} `)
    console.log((`${i + 1} ${sentence}`.padEnd(width) + cells.join('')).trimEnd())
  })
}

function showDownload({ file, loadedBytes, totalBytes }) {
  if (!process.stderr.isTTY) return
  const share = totalBytes ? `${Math.floor((100 * loadedBytes) / totalBytes)} %` : `${loadedBytes} bytes`
  process.stderr.write(`\r\x1b[K${file} ${share}${loadedBytes === totalBytes ? '\n' : ''}`)
}
