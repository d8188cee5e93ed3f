/** Writes what Chroma's client stores of an embedding function, finds the function by it, and prints what the test checks. */

import { createEmbedder } from 'bert-embed'
import { createEmbeddingFunctionClass } from 'bert-embed/chroma'
import {
  ChromaClient,
  type EmbeddingFunctionClass,
  getEmbeddingFunction,
  registerEmbeddingFunction,
  serializeEmbeddingFunction,
} from 'chromadb'

const texts = ['The knight rode out.', 'A squire followed the knight.', 'Stir the rice.']
const loaded: string[] = []
const BertEmbed = createEmbeddingFunctionClass((model) => {
  loaded.push(model)
  return createEmbedder({ model })
})
registerEmbeddingFunction(BertEmbed.name, BertEmbed satisfies EmbeddingFunctionClass)
// @ts-expect-error a model is needed
void (() => new BertEmbed({ normalize: true }))

const embeddingFunction = new BertEmbed({ model: './model', normalize: true })
const stored = JSON.stringify(serializeEmbeddingFunction({ embeddingFunction }))
const found = await getEmbeddingFunction({
  client: new ChromaClient(),
  efConfig: JSON.parse(stored),
})
const beforeTexts = [...loaded]

const embedder = await createEmbedder({ model: './model' })
const documents = await embedder.embedDocuments(texts, { normalize: true })
const queries = await Promise.all(texts.map((text) => embedder.embedQuery(text, { normalize: true })))
const equal = (embeddings: number[][] | undefined, vectors: readonly Float32Array[]) =>
  JSON.stringify(embeddings) === JSON.stringify(vectors.map((vector) => [...vector]))
const codeOf = (call: () => unknown) =>
  Promise.resolve()
    .then(call)
    .then(
      () => 'no error',
      ({ code }) => code,
    )

console.log(
  JSON.stringify({
    stored: JSON.parse(stored),
    beforeTexts,
    documents: equal(await found?.generate(texts), documents),
    queries: equal(await found?.generateForQueries?.(texts), queries),
    both: equal(await embeddingFunction.generate(texts), documents),
    loaded,
    space: found?.defaultSpace?.(),
    missing: await codeOf(() => new BertEmbed({ model: './missing' }).generate(texts)),
    noModel: await codeOf(() => new BertEmbed({} as never)),
  }),
)
