/**
 * Prints how another library treats unusual input. The guides in docs/from-*.md show the results.
 *
 *     node behaviour.mjs transformers-js DIRECTORY      all-MiniLM-L6-v2 with the ONNX files of ../export_onnx.py
 *     node behaviour.mjs fastembed DIRECTORY
 */

import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'

const [library, path] = process.argv.slice(2)
const directory = resolve(path)
const libraries = { 'transformers-js': transformersJs, fastembed }
await libraries[library]()

async function transformersJs() {
  const { env, pipeline } = await import('@huggingface/transformers')
  env.allowRemoteModels = false
  env.localModelPath = dirname(directory)
  const extractor = await pipeline('feature-extraction', basename(directory), { dtype: 'fp32' })
  const shape = async (...args) => (await extractor(...args)).dims

  await print('without options', () => shape('hello'))
  await print('an empty list', () => shape([]))
  await print('a number', () => shape(1))
  await print('a list with undefined', () => shape([undefined]))
  await print('an unknown option', () => shape('hello', { poling: 'mean' }))
  const alone = await extractor('hello', { pooling: 'last_token' })
  const batch = await extractor(['hello', 'a much longer sentence than that'], { pooling: 'last_token' })
  const differences = Array.from(alone.data, (value, i) => Math.abs(value - batch.data[i]))
  console.log('last_token alone and beside a longer text, largest difference:', Math.max(...differences))
}

async function fastembed() {
  const { EmbeddingModel, FlagEmbedding } = await import('fastembed')
  const cacheDir = await mkdtemp(join(tmpdir(), 'fastembed-'))
  await symlink(directory, join(cacheDir, EmbeddingModel.AllMiniLML6V2))
  const options = { model: EmbeddingModel.AllMiniLML6V2, modelName: 'onnx/model.onnx', cacheDir }
  const model = await FlagEmbedding.init(options)
  await rm(cacheDir, { recursive: true })
  const { value } = await model.embed(['hello']).next()

  await print('positions of "hello"', async () => (await model.tokenizer.encode('hello')).getIds().length)
  await print('type of a vector', () => value[0].constructor.name)
  await print('an empty list', () => model.embed([]).next())
  await print('a list with undefined', () => model.embed([undefined]).next())
  await print('dispose', () => typeof model.dispose)
}

async function print(label, call) {
  try {
    console.log(`${label}:`, await call())
  } catch (error) {
    console.log(`${label}: ${error.constructor.name}, code ${error.code}, ${error.message}`)
  }
}
