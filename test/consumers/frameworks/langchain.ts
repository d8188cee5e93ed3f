/** Fills and searches a vector store of LangChain, and prints what the test checks. */

import { MemoryVectorStore } from '@langchain/classic/vectorstores/memory'
import type { EmbeddingsInterface } from '@langchain/core/embeddings'
import { createEmbedder } from 'bert-embed'
import { toEmbeddings } from 'bert-embed/langchain'

const texts = ['The knight rode out.', 'A squire followed the knight.', 'Stir the rice.']
const query = 'A squire followed.'
const embedder = await createEmbedder({ model: './model' })
const embeddings: EmbeddingsInterface = toEmbeddings(embedder)
// @ts-expect-error an option that LangChain's interface has no place for
void (() => toEmbeddings(embedder, { precision: 'int8' }))

const store = await MemoryVectorStore.fromTexts(texts, [{ id: 0 }, { id: 1 }, { id: 2 }], embeddings)
const hits = await store.similaritySearchWithScore(query, 3)

const documents = await embedder.embedDocuments(texts)
const queryVector = await embedder.embedQuery(query)
const scores = [...embedder.similarity([queryVector], documents).data]
const ranking = scores.map((_, id) => id).sort((a, b) => scores[b]! - scores[a]!)

const refused = await Promise.resolve()
  .then(() => toEmbeddings(createEmbedder({ model: './model' }) as never))
  .catch(({ code }) => code)
const short = toEmbeddings(embedder, { truncateDim: 16, normalize: true })
await embedder.dispose()

console.log(
  JSON.stringify({
    stored:
      JSON.stringify(store.memoryVectors.map(({ embedding }) => embedding)) ===
      JSON.stringify(documents.map((vector) => [...vector])),
    ranking: JSON.stringify(hits.map(([{ metadata }]) => metadata.id)) === JSON.stringify(ranking),
    scores: hits.every(([, score], place) => Math.abs(score - scores[ranking[place]!]!) < 1e-6),
    refused,
    afterDisposal: await short.embedQuery('knight').catch(({ code }) => code),
  }),
)
