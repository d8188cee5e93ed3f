/** Reads a request of other-libraries.mjs from stdin, and prints the vectors of one JavaScript library as JSON. */

import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

const { directory, calls, system } = JSON.parse(readFileSync(0, 'utf8'))

const loaders = {
  async 'bert-embed'({ dtype = 'fp32', maxLength, pooling = 'mean', withoutSeparator = false }) {
    const { createEmbedder } = await import('bert-embed')
    const model = await createEmbedder({ model: directory, dtype, maxLength, pooling, normalize: true })
    const idsOf = (text) => model.tokenizer.encode(text).ids.slice(0, maxLength)
    return (texts) => (withoutSeparator ? model.embedTokens(texts.map(idsOf)) : model.embed(texts))
  },
  async '@huggingface/transformers'({ dtype = 'fp32' }) {
    const { env, pipeline } = await import('@huggingface/transformers')
    env.allowRemoteModels = false
    env.localModelPath = dirname(directory)
    const extractor = await pipeline('feature-extraction', basename(directory), { dtype })
    return async (texts) => (await extractor(texts, { pooling: 'mean', normalize: true })).tolist()
  },
  async fastembed() {
    const { EmbeddingModel, FlagEmbedding } = await import('fastembed')
    const cacheDir = mkdtempSync(join(tmpdir(), 'fastembed-'))
    symlinkSync(directory, join(cacheDir, EmbeddingModel.AllMiniLML6V2))
    const options = { model: EmbeddingModel.AllMiniLML6V2, modelName: 'onnx/model.onnx', cacheDir }
    const model = await FlagEmbedding.init(options)
    rmSync(cacheDir, { recursive: true })
    return async (texts) => {
      const batches = []
      for await (const batch of model.embed(texts)) batches.push(batch)
      return batches.flat()
    }
  },
}

const embed = await loaders[system.package](system)
const vectors = {}
for (const [name, lists] of Object.entries(calls)) {
  vectors[name] = []
  for (const texts of lists)
    vectors[name].push(...Array.from(await embed(texts), (vector) => Array.from(vector)))
}
console.log(JSON.stringify({ version: versionOf(system.package), vectors }))

function versionOf(name) {
  const path = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return `${name} ${JSON.parse(readFileSync(path, 'utf8')).version}`
}
