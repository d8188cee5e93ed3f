/** Loads the layers after a model's pooling, Dense and LayerNorm, which run in JavaScript. */

import { nextTask } from '../async/next-task.js'
import type { SentenceHead } from '../embedder/embedder-settings.js'
import { BertEmbedError } from '../errors.js'
import {
  checkVectorModule,
  type DenseConfig,
  parseDenseConfig,
  parseLayerNormConfig,
} from '../model/config/head-configs.js'
import type { HeadModule } from '../model/config/sentence-modules.js'
import { fileNotFound, type ModelSource, type OpenOptions, readJson } from '../sources/model-source.js'
import { subfolderSource } from '../sources/subfolder.js'
import { activationFunctions } from '../tensor/activation-functions.js'
import { l2Normalize } from '../tensor/l2-normalize.js'
import { dotProductsWithRows } from '../vectors/vector-kernels.js'
import { readTensorValues } from './weights/load-tensor-values.js'

/** A module that runs on one vector at a time. */
interface Layer {
  readonly path: string
  /** `undefined` for a module that takes vectors of any length, and keeps the length. */
  readonly inFeatures?: number
  readonly outFeatures?: number
  apply(vector: Float32Array): Float32Array
}

/**
 * Number of multiplications before yielding to the event loop: about 4 ms, or 13 ms before the engine has optimised the
 * loop.
 *
 * The layers run in JavaScript, because a vector must not depend on the other vectors of its batch. 128 vectors through
 * 768 x 768 take 70 ms, a seventh of the time of a BERT-base for 128 texts of eight tokens.
 */
const multiplicationsPerTask = 4_000_000

/**
 * @param modules At least one is a Dense or LayerNorm.
 * @throws {BertEmbedError} `FILE_NOT_FOUND`, `INVALID_CONFIG`, `UNSUPPORTED_MODEL`, and the errors of reading weights.
 */
export async function loadSentenceHead(
  source: ModelSource,
  modules: readonly HeadModule[],
  options: OpenOptions,
): Promise<SentenceHead> {
  const layers = await Promise.all(modules.map((module) => loadLayer(source, module, options)))
  const sized = layers.filter(({ inFeatures }) => inFeatures !== undefined)
  for (const [index, { path, inFeatures }] of sized.entries()) {
    const previous = sized[index - 1]
    if (previous && previous.outFeatures !== inFeatures)
      throw new BertEmbedError(
        'INVALID_CONFIG',
        `${source.name}: ${path} takes ${inFeatures} values, but ${previous.path} returns ${previous.outFeatures}.`,
      )
  }
  const perVector = sized.reduce((sum, layer) => sum + layer.inFeatures! * layer.outFeatures!, 0)
  const vectorsPerTask = Math.max(1, Math.floor(multiplicationsPerTask / perVector))
  return {
    inFeatures: sized[0]!.inFeatures!,
    outFeatures: sized.at(-1)!.outFeatures!,
    async apply(vectors) {
      const results: Float32Array[] = []
      for (const [index, vector] of vectors.entries()) {
        if (index > 0 && index % vectorsPerTask === 0) await nextTask()
        results.push(layers.reduce((values, layer) => layer.apply(values), vector))
      }
      return results
    },
  }
}

async function loadLayer(source: ModelSource, module: HeadModule, options: OpenOptions): Promise<Layer> {
  const { kind, path } = module
  const folder = subfolderSource(source, path)
  const file = `${path}/config.json`
  const json = await readJson(folder, 'config.json', options)
  if (kind === 'Normalize') {
    checkVectorModule(json ?? {}, file)
    return { path, apply: l2Normalize }
  }
  if (json === undefined) throw fileNotFound(source, `${file}, which modules.json names.`)
  const read = (shapes: Readonly<Record<string, readonly number[]>>) =>
    readTensorValues(folder, shapes, { ...options, folder: path })
  return kind === 'Dense'
    ? denseLayer(path, parseDenseConfig(json, file), read)
    : layerNormLayer(path, parseLayerNormConfig(json, file), read)
}

type ReadValues = (
  shapes: Readonly<Record<string, readonly number[]>>,
) => Promise<Readonly<Record<string, Float32Array>>>

/** Computes activation(W x + b), plus a residual if the config has one. */
async function denseLayer(path: string, config: DenseConfig, read: ReadValues): Promise<Layer> {
  const { inFeatures, outFeatures, hasBias, isResidual } = config
  const hasResidualMatrix = isResidual && inFeatures !== outFeatures
  const values = await read({
    'linear.weight': [outFeatures, inFeatures],
    ...(hasBias && { 'linear.bias': [outFeatures] }),
    ...(hasResidualMatrix && { 'residual.weight': [outFeatures, inFeatures] }),
  })
  const { 'linear.weight': weight, 'linear.bias': bias, 'residual.weight': residualWeight } = values
  const activation = activationFunctions[config.activation]
  const multiply = (matrix: Float32Array, vector: Float32Array) => {
    const products = new Float64Array(outFeatures)
    dotProductsWithRows(vector, 0, matrix, 0, outFeatures, inFeatures, products)
    return products
  }
  return {
    path,
    inFeatures,
    outFeatures,
    apply(vector) {
      const residual = residualWeight ? multiply(residualWeight, vector) : isResidual ? vector : undefined
      const products = multiply(weight!, vector)
      return Float32Array.from(products, (product, i) => {
        return activation(product + (bias?.[i] ?? 0)) + (residual?.[i] ?? 0)
      })
    },
  }
}

/** The default `eps` of torch.nn.LayerNorm, which sentence-transformers uses. */
const layerNormEpsilon = 1e-5

async function layerNormLayer(path: string, dimension: number, read: ReadValues): Promise<Layer> {
  const { 'norm.weight': weight, 'norm.bias': bias } = await read({
    'norm.weight': [dimension],
    'norm.bias': [dimension],
  })
  return {
    path,
    inFeatures: dimension,
    outFeatures: dimension,
    apply(vector) {
      const mean = vector.reduce((sum, value) => sum + value, 0) / dimension
      const variance = vector.reduce((sum, value) => sum + (value - mean) ** 2, 0) / dimension
      const scale = 1 / Math.sqrt(variance + layerNormEpsilon)
      return vector.map((value, i) => (value - mean) * scale * weight![i]! + bias![i]!)
    },
  }
}
