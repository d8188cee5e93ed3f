/** Fills a table of LanceDB, or finds it and its function again, and prints what the test checks. */

import { connect } from '@lancedb/lancedb'
import {
  EmbeddingFunction,
  getRegistry,
  LanceSchema,
  register,
  TextEmbeddingFunction,
} from '@lancedb/lancedb/embedding'
import { createEmbedder, type Embedder } from 'bert-embed'
import { createEmbeddingFunctionClass } from 'bert-embed/lancedb'

const [uri, step] = process.argv.slice(2)
const texts = ['The knight rode out.', 'A squire followed the knight.', 'Stir the rice.']
const query = 'A squire followed.'
const loaded: string[] = []
let used: Embedder | undefined
const BertEmbed = createEmbeddingFunctionClass(async (model) => {
  loaded.push(model)
  used = await createEmbedder({ model })
  return used
}, TextEmbeddingFunction)
register(BertEmbed.name)(BertEmbed)
// @ts-expect-error no name of a model
void (() => new BertEmbed({ model: 7 }))
// @ts-expect-error a list would change the number of dimensions
void (() => new BertEmbed({ model: './model', pooling: ['cls', 'max'] }))
// @ts-expect-error not the class for texts
void (() => createEmbeddingFunctionClass((model) => createEmbedder({ model }), EmbeddingFunction))

const options = { normalize: true }
const embedder = await createEmbedder({ model: './model' })
const documents = await embedder.embedDocuments(texts, options)
const queryVector = await embedder.embedQuery(query, options)
const equal = (a: Iterable<number>, b: Iterable<number>) => JSON.stringify([...a]) === JSON.stringify([...b])
const codeOf = (call: () => unknown) =>
  Promise.resolve()
    .then(call)
    .then(
      () => 'no error',
      ({ code, message }) => code ?? message,
    )

const db = await connect(uri!)
const create = getRegistry().get<InstanceType<typeof BertEmbed>>(BertEmbed.name)!.create
const readVectors = async (name: string) => {
  const table = await db.openTable(name)
  const rows = await table.query().toArray()
  return rows.length === texts.length && rows.every((row, id) => equal(row.vector, documents[id]!))
}

async function fill() {
  const fn = await create({ model: './model', ...options })
  const schema = LanceSchema({ text: fn.sourceField(), vector: fn.vectorField() })
  const [last, ...first] = texts.toReversed().map((text) => ({ text }))
  const table = await db.createTable('sentences', first.reverse(), { schema })
  await table.add([last!])
  const rows = texts.map((text) => ({ text }))
  await db.createTable('inferred', rows, { embeddingFunction: { function: fn, sourceColumn: 'text' } })
  const { metadata } = await table.schema()
  const [{ name, model }] = JSON.parse(metadata.get('embedding_functions')!)

  getRegistry().setVar('model', './model')
  const variable = await create({ model: '$var:model', truncateDim: 8 })
  const reason = new Error('changed my mind')
  const Aborted = createEmbeddingFunctionClass(() => Promise.reject(reason), TextEmbeddingFunction)
  const noClass = (Base: unknown) =>
    codeOf(() => createEmbeddingFunctionClass((model) => createEmbedder({ model }), Base as never))
  return {
    isEmbeddingFunction: fn instanceof TextEmbeddingFunction,
    stored: [name, model],
    vectors: [await readVectors('sentences'), await readVectors('inferred')],
    dimensions: fn.ndims() === embedder.dimension,
    direct:
      equal((await fn.computeSourceEmbeddings(texts))[1]!, documents[1]!) &&
      equal(await fn.computeQueryEmbeddings(query), queryVector),
    prompts: !equal(await fn.computeQueryEmbeddings(texts[0]!), documents[0]!),
    variable: [variable.ndims(), variable.toJSON()],
    loaded: [...loaded],
    noText: await codeOf(() => table.add([{ text: null }])),
    missing: await codeOf(() => create({ model: './missing' })),
    aborted: await codeOf(() => new Aborted({ model: './model' }).init()),
    beforeInit: await codeOf(() => new BertEmbed({ model: './model' }).vectorField()),
    noModel: await codeOf(() => new BertEmbed()),
    noClass: [await noClass(undefined), await noClass(EmbeddingFunction)],
    noFunction: await codeOf(() => createEmbeddingFunctionClass(embedder as never, TextEmbeddingFunction)),
  }
}

async function find() {
  const table = await db.openTable('sentences')
  const vectors = await readVectors('sentences')
  const beforeTexts = [...loaded]
  const hits = await table.search(query).toArray()
  const again = await table.search(texts[2]!).limit(1).toArray()
  await table.add([{ text: query }])
  const [added] = await table.query().where(`text = '${query}'`).toArray()

  const distances = documents.map((vector) =>
    vector.reduce((sum, value, index) => sum + (value - queryVector[index]!) ** 2, 0),
  )
  const ranking = distances.map((_, id) => id).sort((a, b) => distances[a]! - distances[b]!)
  const result = {
    vectors,
    beforeTexts,
    ranking: hits.map(({ text }) => text).join() === ranking.map((id) => texts[id]).join(),
    distances: hits.every(({ _distance }, place) => Math.abs(_distance - distances[ranking[place]!]!) < 1e-6),
    again: again.length,
    added: equal(added.vector, (await embedder.embedDocuments([query], options))[0]!),
    loaded: [...loaded],
  }
  await used!.dispose()
  return { ...result, afterDisposal: await codeOf(() => table.search(query).toArray()) }
}

console.log(JSON.stringify(step === 'fill' ? await fill() : await find()))
