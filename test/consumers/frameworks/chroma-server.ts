/** Fills a collection of a Chroma server, finds it and its function again, and prints what the test checks. */

import { createEmbedder } from 'bert-embed'
import { createEmbeddingFunctionClass } from 'bert-embed/chroma'
import { ChromaClient, type EmbeddingFunctionClass, registerEmbeddingFunction } from 'chromadb'

const texts = ['The knight rode out.', 'A squire followed the knight.', 'Stir the rice.']
const query = 'A squire followed.'
const loaded: string[] = []
const BertEmbed = createEmbeddingFunctionClass((model) => {
  loaded.push(model)
  return createEmbedder({ model })
})
registerEmbeddingFunction(BertEmbed.name, BertEmbed satisfies EmbeddingFunctionClass)

const client = new ChromaClient({ host: process.argv[2]!, port: Number(process.argv[3]) })
const embeddingFunction = new BertEmbed({ model: './model', normalize: true })
const created = await client.createCollection({ name: 'sentences', embeddingFunction })
await created.add({ ids: texts.map((_, id) => `${id}`), documents: texts })

const collection = await client.getCollection({ name: 'sentences' })
const hits = await collection.query({ queryTexts: [query], nResults: 3 })
const { embeddings } = await collection.get({ ids: ['0', '1', '2'], include: ['embeddings'] })

const embedder = await createEmbedder({ model: './model' })
const documents = await embedder.embedDocuments(texts, { normalize: true })
const scores = [...embedder.similarity([await embedder.embedQuery(query)], documents).data]
const ranking = scores.map((_, id) => id).sort((a, b) => scores[b]! - scores[a]!)

console.log(
  JSON.stringify({
    loaded: [...loaded],
    space: collection.configuration.hnsw?.space,
    stored: embeddings.every(
      (stored, id) => JSON.stringify(stored.map(Math.fround)) === JSON.stringify([...documents[id]!]),
    ),
    ranking: JSON.stringify(hits.ids[0]) === JSON.stringify(ranking.map(String)),
    distances: hits.distances[0]!.every(
      (distance, place) => Math.abs(1 - distance! - scores[ranking[place]!]!) < 1e-5,
    ),
  }),
)
