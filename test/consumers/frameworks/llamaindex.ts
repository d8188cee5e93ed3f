/** Builds and queries an index of LlamaIndex, and prints what the test checks. */

import { createEmbedder } from 'bert-embed'
import { toEmbedding } from 'bert-embed/llamaindex'
import { BaseEmbedding, Document, MetadataMode, Settings, VectorStoreIndex } from 'llamaindex'

const texts = ['The knight rode out.', 'A squire followed the knight.', 'Stir the rice.']
const query = 'A squire followed.'
const embedder = await createEmbedder({ model: './model' })
const embedding: BaseEmbedding = toEmbedding(embedder, BaseEmbedding)
Settings.embedModel = embedding
// @ts-expect-error no class of embeddings
void (() => toEmbedding(embedder, Document))

const index = await VectorStoreIndex.fromDocuments(texts.map((text) => new Document({ text })))
const hits = await index.asRetriever({ similarityTopK: 3 }).retrieve({ query })

const documents = await embedder.embedDocuments(texts)
const queryVector = await embedder.embedQuery(query)
const scores = [...embedder.similarity([queryVector], documents).data]
const ranking = scores.map((_, id) => id).sort((a, b) => scores[b]! - scores[a]!)
const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
const lists = documents.map((vector) => [...vector])

const refused = await Promise.resolve()
  .then(() => toEmbedding(createEmbedder({ model: './model' }) as never, BaseEmbedding))
  .catch(({ code }) => code)
const noClass = await Promise.resolve()
  .then(() => toEmbedding(embedder, undefined as never))
  .catch(({ code }) => code)
const result = {
  isEmbedding: embedding instanceof BaseEmbedding,
  ranking: equal(
    hits.map(({ node }) => node.getContent(MetadataMode.NONE)),
    ranking.map((id) => texts[id]),
  ),
  scores: hits.every(({ score }, place) => Math.abs(score! - scores[ranking[place]!]!) < 1e-6),
  documents: equal(await embedding.getTextEmbeddingsBatch(texts), lists),
  document: equal(await embedding.getTextEmbedding(texts[0]!), lists[0]),
  query: equal(await embedding.getQueryEmbedding({ type: 'text', text: query }), [...queryVector]),
  image: await embedding.getQueryEmbedding({ type: 'image_url', image_url: { url: 'https://example.com' } }),
  refused,
  noClass,
}
await embedder.dispose()
const afterDisposal = await embedding.getTextEmbedding('knight').catch(({ code }) => code)
console.log(JSON.stringify({ ...result, afterDisposal }))
