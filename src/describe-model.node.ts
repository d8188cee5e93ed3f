/** Describes a model from its small files, without its weights. */

import { checkModelOptions } from './check-model-options.js'
import { isJsonObject } from './checks/json.js'
import { dimensionOf } from './embedder/embedder-settings.js'
import { listNeededFiles, type ModelFileStatus } from './list-needed-files.node.js'
import { readModelFiles } from './loading/files/read-model-files.js'
import { loadSentenceHead } from './loading/load-sentence-head.js'
import type { PackDtype } from './loading/pack/pack.js'
import type { ModelOptions } from './model-options.js'
import { modelSourceOf } from './model-source-of.node.js'
import { recordOpened } from './packing/recorded-source.js'
import { readJson } from './sources/model-source.js'
import { type PoolingMode, toPoolingModes } from './tensor/pooling-modes.js'
import type { SimilarityMetric } from './vectors/similarity-metrics.js'
import { keptValues } from './vectors/truncate.js'

/** What {@link describeModel} returns. */
export interface ModelDescription {
  /** The model's name, as the caller gave it. */
  readonly model: string
  /** The architecture: `model_type` of `config.json`. */
  readonly modelType: string
  /** Number of layers; `undefined` for an architecture that only the repository's ONNX graph can run. */
  readonly layers: number | undefined
  readonly hiddenSize: number
  readonly vocabSize: number
  /** Number of values of a vector. */
  readonly dimension: number
  readonly pooling: readonly PoolingMode[]
  readonly normalize: boolean
  /** Maximum number of tokens of a text by default. */
  readonly maxLength: number
  /** Number of tokens that the model has positions for. */
  readonly positions: number
  readonly prompts: Readonly<Record<string, string>>
  readonly defaultPromptName: string | undefined
  readonly similarityFunction: SimilarityMetric
  /** The dtype of a pack's weights. `undefined` for other models, which are converted to any dtype. */
  readonly packedDtype: PackDtype | undefined
  /** The files that the library reads with these options. `undefined` if the source cannot tell their sizes. */
  readonly files: readonly ModelFileStatus[] | undefined
}

/**
 * Describes a model. It downloads the model's configuration and its tokenizer, but not its weights.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} as `createEmbedder`, when a file is missing or invalid, or the model is not supported.
 * @example
 * const { dimension, files } = await describeModel({ model: 'google-bert/bert-base-cased' })
 */
export async function describeModel(options: ModelOptions = {}): Promise<ModelDescription> {
  checkModelOptions(options)
  const original = modelSourceOf(options)
  const { source, opened } = recordOpened(original)
  const { encoder, encoderFiles, pack, shape, sentence, maxLength } = await readModelFiles(source, options)
  const head =
    sentence.headModules.length > 0
      ? await loadSentenceHead(source, sentence.headModules, options)
      : undefined
  const pooling = options.pooling === undefined ? sentence.pooling : toPoolingModes(options.pooling)
  const { hiddenSize, maxTokens: positions, vocabSize } = shape
  const config = await readJson(encoderFiles, 'config.json', options)
  return {
    model: source.name,
    modelType: isJsonObject(config) ? String(config.model_type ?? config.architectures) : '',
    layers: encoder?.numHiddenLayers,
    hiddenSize,
    vocabSize,
    dimension: keptValues(sentence.truncateDim, dimensionOf(pooling, { hiddenSize, head })),
    pooling,
    normalize: options.normalize ?? sentence.endsNormalized,
    maxLength: options.maxLength ?? maxLength,
    positions,
    prompts: sentence.prompts,
    defaultPromptName: sentence.defaultPromptName,
    similarityFunction: sentence.similarityFunction,
    packedDtype: pack?.dtype,
    files: await listNeededFiles(original, { options, opened: opened().map(({ path }) => path), pack }),
  }
}
