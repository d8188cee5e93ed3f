/** Embeds with the AI SDK, and prints what the test checks. */

import { cosineSimilarity, createProviderRegistry, embed, embedMany, wrapEmbeddingModel } from 'ai'
import {
  createProviderRegistry as createRegistry5,
  type EmbeddingModel as EmbeddingModel5,
  embedMany as embedMany5,
} from 'ai-5'
import { type EmbeddingModel as EmbeddingModel6, embedMany as embedMany6 } from 'ai-6'
import { createEmbedder } from 'bert-embed'
import { createProvider, toEmbeddingModel } from 'bert-embed/ai-sdk'

const values = ['The knight rode out.', 'A squire followed the knight.', 'Stir the rice.']
const embedder = await createEmbedder({ model: './model' })
const plain = await embedder.embed(values)
const equal = (embeddings: number[][], vectors: readonly Float32Array[]) =>
  embeddings.every(Array.isArray) && JSON.stringify(embeddings) === JSON.stringify(vectors.map((v) => [...v]))
const reason = (promise: Promise<unknown>) =>
  promise.then(
    () => Promise.reject(new Error('no error')),
    (error: Error & { code?: string }) => error,
  )

const model = toEmbeddingModel(embedder)
const many = await embedMany({ model, values })
const one = await embed({ model, value: values[0]! })
const short = await embedMany({ model, values, dimensions: 16 })
const tokens = embedder.tokenize(values).tokens.flat().length

const { embeddings: queries, usage } = await embedMany({
  model: toEmbeddingModel(embedder, { inputType: 'query' }),
  values,
})
const documents = await embedMany({
  model,
  values,
  providerOptions: { bertEmbed: { inputType: 'document', normalize: true } },
})
const asQueries = await Promise.all(values.map((value) => embedder.embedQuery(value)))
const asDocuments = await embedder.embedDocuments(values, { normalize: true })
const queryTokens = values.reduce(
  (sum, value) => sum + embedder.tokenize(embedder.prompts.query + value).tokens[0]!.length,
  0,
)

const loaded: string[] = []
const provider = createProvider((model) => {
  loaded.push(model)
  if (model === './broken') throw new Error('no such model')
  return createEmbedder({ model })
})
const registry = createProviderRegistry({ local: provider })
const ofRegistry = [
  await embedMany({ model: registry.embeddingModel('local:./model'), values }),
  await embedMany({ model: provider.textEmbeddingModel('./model'), values }),
]
const missing: string[] = []
for (const name of ['./broken', './broken', './missing', './missing'])
  missing.push(
    await reason(embed({ model: provider.embeddingModel(name), value: 'knight' })).then(
      ({ code, message }) => code ?? message,
    ),
  )

const model6 = toEmbeddingModel(embedder, { specificationVersion: 'v3' }) satisfies EmbeddingModel6
const model5 = toEmbeddingModel(embedder, { specificationVersion: 'v2' }) satisfies EmbeddingModel5<string>
const older = [
  await embedMany5({ model: model5, values }),
  await embedMany6({ model: model6, values }),
  await embedMany({ model: model6, values }),
]
const provider5 = createProvider((model) => createEmbedder({ model }), { specificationVersion: 'v2' })
const registry5 = createRegistry5({ local: provider5 })
const ofRegistry5 = await embedMany5({ model: registry5.textEmbeddingModel('local:./model'), values })

const abort = new AbortController()
const abortedMidway: typeof model = {
  ...model,
  doEmbed(call) {
    const result = model.doEmbed(call)
    abort.abort(new Error('changed my mind'))
    return result
  },
}
const aborted = await reason(embedMany({ model: abortedMidway, values, abortSignal: abort.signal }))
const duringLoad = new AbortController()
let endlessLoads = 0
const endless = createProvider(() => {
  endlessLoads++
  duringLoad.abort(new Error('changed my mind'))
  return new Promise(() => {})
}).embeddingModel('./model')
const beforeLoad = AbortSignal.abort(new Error('too late'))
const abortedBefore = await reason(Promise.resolve(endless.doEmbed({ values, abortSignal: beforeLoad })))
const abortedLoad = await reason(embed({ model: endless, value: 'knight', abortSignal: duringLoad.signal }))
const unsupported = [
  await reason(embedMany5({ model: model as never, values })),
  await reason(embedMany6({ model: model as never, values })),
]
const wrong = embedMany({ model, values, providerOptions: { bertEmbed: { inputType: 'search' } } })
const refused = await reason(wrong)
const bytes = await reason((async () => toEmbeddingModel(embedder, { precision: 'ubinary' } as never))())
const bytesOfCall = await reason(
  embedMany({ model, values, providerOptions: { bertEmbed: { precision: 'ubinary' } } }),
)
// @ts-expect-error an unknown kind of text
void (() => toEmbeddingModel(embedder, { inputType: 'search' }))
const noEmbedder = await reason(
  (async () => toEmbeddingModel(createEmbedder({ model: './model' }) as never))(),
)
const noLanguage = await reason((async () => registry.languageModel('local:x'))())
const noFunction = await reason((async () => createProvider(embedder as never))())
const forgetful = createProvider(() => undefined as never).embeddingModel('./model')
const noResult = await reason(embed({ model: forgetful, value: 'knight' }))
const disposed = await createEmbedder({ model: './model' })
await disposed.dispose()
const afterDisposal = await reason(embed({ model: toEmbeddingModel(disposed), value: 'knight' }))

console.log(
  JSON.stringify({
    one: equal([one.embedding], [await embedder.embed(values[0]!)]),
    many: equal(many.embeddings, plain),
    wrapped: equal(
      (await embedMany({ model: wrapEmbeddingModel({ model, middleware: [] }), values })).embeddings,
      plain,
    ),
    dimensions: equal(short.embeddings, await embedder.embed(values, { truncateDim: 16 })),
    tokens: many.usage.tokens === tokens,
    empty: await embedMany({ model, values: [] }).then(({ embeddings, usage }) => [
      embeddings.length,
      usage.tokens,
    ]),
    queries: equal(queries, asQueries) && !equal(queries, plain),
    queryTokens: usage.tokens === queryTokens,
    documents: equal(documents.embeddings, asDocuments),
    similarity: cosineSimilarity(many.embeddings[0]!, many.embeddings[0]!).toFixed(3),
    registry: ofRegistry.every(({ embeddings }) => equal(embeddings, plain)),
    loaded,
    missing,
    older: older.map(({ embeddings }) => equal(embeddings, plain)),
    olderProvider: equal(ofRegistry5.embeddings, plain),
    aborted: aborted.message,
    abortedLoad: [abortedBefore.message, abortedLoad.message, endlessLoads],
    unsupported: unsupported.map(({ name }) => name),
    refused: refused.code,
    bytes: [bytes.code, bytesOfCall.code],
    noEmbedder: noEmbedder.code,
    noFunction: noFunction.code,
    noResult: noResult.code,
    noLanguage: noLanguage.code,
    afterDisposal: afterDisposal.code,
  }),
)
