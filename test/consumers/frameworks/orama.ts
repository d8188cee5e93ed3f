/** Fills and searches a database of Orama, and prints what the test checks. */

import {
  create,
  insert,
  insertMultiple,
  load,
  type OramaPlugin,
  save,
  search,
  update,
  upsertMultiple,
} from '@orama/orama'
import { createEmbedder } from 'bert-embed'
import { toPlugin } from 'bert-embed/orama'

const texts = ['The knight rode out.', 'A squire followed the knight.', 'Stir the rice.']
const query = 'A squire followed.'
const options = { normalize: true }
const embedder = await createEmbedder({ model: './model' })
const calls: number[] = []
const counted = {
  ...embedder,
  embedDocuments: ((documents, options) => {
    calls.push(documents.length)
    return embedder.embedDocuments(documents, options)
  }) as typeof embedder.embedDocuments,
}
const text = (document: { text?: string }) => document.text
const plugin = toPlugin(counted, { text, vector: 'embedding', ...options })
plugin satisfies OramaPlugin
const schema = { text: 'string', embedding: `vector[${embedder.dimension}]` } as const
// @ts-expect-error a list would change the number of dimensions
void (() => toPlugin(embedder, { text, vector: 'embedding', pooling: ['cls', 'max'] }))

const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
const codeOf = (call: () => unknown) =>
  Promise.resolve()
    .then(call)
    .then(
      () => 'no error',
      ({ code }) => code,
    )
const fill = async (count: number) => {
  const db = create({ schema, plugins: [plugin] })
  await insertMultiple(
    db,
    texts.slice(0, count).map((text) => ({ text })),
  )
  return db
}

const db = await fill(1)
await insert(db, { text: texts[1]! })
const known = [...calls]
await upsertMultiple(db, [{ text: texts[2]! }, {}])
const together = calls.slice(known.length)

const documents = await embedder.embedDocuments(texts, options)
const score = async (query: string) => [
  ...embedder.similarity([await embedder.embedQuery(query)], documents).data,
]
const scores = await score(query)
const ranking = scores.map((_, id) => id).sort((a, b) => scores[b]! - scores[a]!)
const params = { mode: 'vector', term: query, similarity: -1, includeVectors: true }
const vectorSearch = params as typeof params & { mode: 'vector' }
const { hits } = await search(db, vectorSearch)
// Orama takes the vectors out of documents that a later search finds.
const vectors = hits.every(({ document }) =>
  equal(document.embedding, [...documents[texts.indexOf(document.text)]!]),
)
vectorSearch.term = 'Add rice.'
const other = await search(db, vectorSearch)
const otherScores = await score('Add rice.')

const hybrid = await search(db, { mode: 'hybrid', term: 'rice', similarity: -1 })
const fulltext = await search(db, { term: 'rice' })
const own = { value: [...documents[2]!], property: 'embedding' }
const byVector = await search(db, { mode: 'vector', term: query, vector: own, similarity: -1 })

const id = await insert(db, { text: 'Boats.' })
await update(db, id, { text: query })
const updated = await search(db, { ...params, mode: 'vector' })
const copy = create({ schema, plugins: [plugin] })
load(copy, JSON.parse(JSON.stringify(save(db))))
const inserted = calls.length
const restored = await search(copy, { mode: 'vector', term: 'Add rice.', similarity: -1, limit: 1 })
const again = calls.length - inserted

const same = { text: 'Boats.', id: 'same' }
const refused = await codeOf(() => upsertMultiple(db, [same, { text: 'Boats.', id: 7 as never }]))
await insert(db, Object.assign(same, { text: texts[0]! }))
const result = {
  known,
  together,
  ranking: equal(
    hits.map(({ document }) => document.text),
    ranking.map((id) => texts[id]),
  ),
  scores: hits.every(({ score }, place) => Math.abs(score - scores[ranking[place]!]!) < 1e-6),
  vectors,
  otherTerm: Math.abs(other.hits[0]!.score - Math.max(...otherScores)) < 1e-6,
  hybrid: [hybrid.count, hybrid.hits[0]!.document.text],
  fulltext: fulltext.hits.map(({ document }) => document.text),
  byVector: byVector.hits[0]!.document.text,
  updated: updated.hits.some(({ document }) => document.text === query),
  restored: [restored.hits.length, again],
  refused,
  changedAfterFailure: equal((same as { embedding?: unknown }).embedding, [...documents[0]!]),
  noString: await codeOf(() => upsertMultiple(db, [{ text: 7 as never }])),
  noTerm: await codeOf(() => search(db, { mode: 'vector' })),
  noPlace: await codeOf(() => create({ schema: { text: 'string' }, plugins: [plugin] })),
  wrongSize: await codeOf(() => create({ schema: { embedding: 'vector[5]' }, plugins: [plugin] })),
  short: await codeOf(() =>
    create({
      schema: { embedding: 'vector[5]' },
      plugins: [toPlugin(embedder, { text, vector: 'embedding', truncateDim: 5 })],
    }),
  ),
  noEmbedder: await codeOf(() =>
    toPlugin(createEmbedder({ model: './model' }) as never, { text, vector: 'embedding' }),
  ),
  noText: await codeOf(() => toPlugin(embedder, { vector: 'embedding' } as never)),
  noVector: await codeOf(() => toPlugin(embedder, { text } as never)),
}
await embedder.dispose()
const afterDisposal = [
  await codeOf(() => insert(db, { text: 'knight' })),
  await codeOf(() => insertMultiple(db, [{ text: 'knight' }])),
  await codeOf(() => search(db, { mode: 'hybrid', term: 'knight' })),
]
console.log(JSON.stringify({ ...result, afterDisposal }))
