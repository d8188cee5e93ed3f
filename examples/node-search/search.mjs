/**
 * Searches a folder of text files by meaning.
 *
 *   node search.mjs "a lost glove"
 *   node search.mjs "a lost glove" --model sentence-transformers/all-MiniLM-L6-v2 --texts ~/notes --top 3
 */

import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { BertEmbedError, createEmbedder, similarityMatrix } from 'bert-embed'
import { readPassages } from './passages.mjs'
import { readVectors, writeVectors } from './vector-file.mjs'

const smallModel = pathOf('../../models/bert-embed-small-en')

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: smallModel },
    texts: { type: 'string', multiple: true, default: [pathOf('texts'), pathOf('../texts')] },
    vectors: { type: 'string', default: pathOf('vectors') },
    top: { type: 'string', default: '5' },
  },
})
const query = positionals.join(' ')
const top = Number(options.top)

if (!query || !(top > 0)) {
  console.error(
    'usage: node search.mjs "query" [--model name] [--texts folder ...] [--vectors folder] [--top 5]',
  )
  process.exitCode = 2
} else {
  try {
    await search()
  } catch (error) {
    if (!(error instanceof BertEmbedError)) throw error
    console.error(`${error.code}: ${error.message}`)
    process.exitCode = 1
  }
}

async function search() {
  const passages = (await Promise.all(options.texts.map(readPassages))).flat()
  const embedder = await createEmbedder({ model: options.model })

  const kept = await readVectors(options.vectors, options.model)
  const texts = [...new Set(passages.map(({ text }) => text))]
  const unknown = texts.filter((text) => !kept.has(text))
  const embedded = await embedder.embedDocuments(unknown)
  unknown.forEach((text, i) => void kept.set(text, embedded[i]))
  const vectors = new Map(texts.map((text) => [text, kept.get(text)]))
  if (unknown.length > 0) await writeVectors(options.vectors, options.model, vectors)

  const scores = similarityMatrix([await embedder.embedQuery(query)], [...vectors.values()]).data
  const scoreOf = new Map(texts.map((text, i) => [text, scores[i]]))
  const hits = passages.map((passage) => ({ ...passage, score: scoreOf.get(passage.text) }))
  hits.sort((a, b) => b.score - a.score)
  await embedder.dispose()

  printTable(hits.slice(0, top))
  console.log(
    `\n${passages.length} passages, ${unknown.length} of them embedded now, ${embedder.dimension} values each.`,
  )
}

function printTable(hits) {
  const width = Math.max(...hits.map(({ file }) => file.length))
  hits.forEach(({ score, file, text }, rank) => {
    const start = text.length > 70 ? `${text.slice(0, 67)}...` : text
    console.log(
      `${String(rank + 1).padStart(2)}  ${score.toFixed(3).padStart(6)}  ${file.padEnd(width)}  ${start}`,
    )
  })
}

function pathOf(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}
