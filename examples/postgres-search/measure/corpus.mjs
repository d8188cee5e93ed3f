/** The vectors that searches are measured with: those of real texts, and vectors around them for more rows than texts. */

import { splitIntoChunks } from '../chunks.mjs'
import { createRandom } from '../support/random.mjs'
import { listDocuments, readDocuments } from '../texts.mjs'

/** The most chunks that are embedded. Further rows get vectors around the real ones. */
const maxEmbedded = 10_000

/** The cosine of such a vector to the real one is 0.86. */
const noiseLength = 0.6

const maxQueries = 200

/**
 * @returns {Promise<{ chunks: { text: string, vector: Float32Array }[], queries: { text: string, vector: Float32Array }[] }>}
 *   `count` chunks, and the titles of documents as queries
 */
export async function readCorpus(folder, embedder, count) {
  const names = shuffle(await listDocuments(folder))
  const texts = []
  const titles = []
  for await (const documents of readDocuments(folder, names, { onSkipped: () => {} }))
    for (const { content } of documents) {
      texts.push(...splitIntoChunks(content, embedder).map(({ text }) => text))
      titles.push(titleOf(content))
    }
  const embedded = shuffle(texts).slice(0, Math.min(maxEmbedded, count))
  const vectors = await embedder.embedDocuments(embedded, { normalize: true })
  const queries = [...new Set(titles.filter(Boolean))].slice(0, maxQueries)
  const queryVectors = await embedder.embedQuery(queries, { normalize: true })

  const gaussian = createGaussian(5)
  const chunks = Array.from({ length: count }, (_, i) => {
    const real = i % embedded.length
    return {
      text: embedded[real],
      vector: i === real ? vectors[real] : vectorAround(vectors[real], gaussian),
    }
  })
  return { chunks, queries: queries.map((text, i) => ({ text, vector: queryVectors[i] })) }
}

/** The title of a PEP, or the first line with words. */
function titleOf(content) {
  const [, title] = content.match(/^Title: (.+)$/m) ?? content.match(/^[#\s]*(\S.+)$/m) ?? []
  return title
}

function vectorAround(vector, gaussian) {
  const deviation = noiseLength / Math.sqrt(vector.length)
  const moved = vector.map((value) => value + deviation * gaussian())
  const length = Math.hypot(...moved)
  return moved.map((value) => value / length)
}

/** Numbers of the normal distribution, after Box and Muller (1958). */
function createGaussian(seed) {
  const random = createRandom(seed)
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function shuffle(list) {
  const random = createRandom(3)
  const keyed = list.map((item) => ({ item, key: random() }))
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}
