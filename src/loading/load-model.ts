/** Turns a model's files into a graph that a backend can run, and the settings of the embedder. */

import type { BackendSession, Device, OnnxModel, OnnxProbe } from '../backends/backend.js'
import { checkMaxLength, dimensionOf, type EmbedderSettings } from '../embedder/embedder-settings.js'
import type { EncoderSession } from '../embedder/sessions/encoder-session.js'
import { createOwnGraphSession } from '../embedder/sessions/own-graph-session.js'
import { BertEmbedError } from '../errors.js'
import type { HeadModule } from '../model/config/sentence-modules.js'
import type { Encoder } from '../model/encoder.js'
import { traitsOf } from '../model/onnx/device-traits.js'
import { type EncoderGraphOptions, encoderGraph } from '../model/onnx/encoder-graph.js'
import { modelToBytes } from '../model/onnx/onnx-proto.js'
import type { ModelSource, OpenOptions } from '../sources/model-source.js'
import { toPoolingModes } from '../tensor/pooling-modes.js'
import type { ModelFiles } from './files/read-model-files.js'
import type { LoadOptions } from './load-options.js'
import { loadWeights } from './weights/load-weights.js'
import { indexFile } from './weights/published-weights.js'

/**
 * Batch size in tokens for backends that state no preference. Small batches of similar lengths are as fast as large
 * ones, and take little memory.
 */
const defaultMaxBatchTokens = 1024

export interface LoadedModel {
  readonly model: OnnxModel
  createEncoderSession(session: BackendSession): EncoderSession
  readonly settings: EmbedderSettings
}

export interface LoadContext {
  readonly options: LoadOptions
  /** The batch size in tokens that the backend prefers, if it has a preference. */
  readonly batchTokens: number | undefined
}

/**
 * Writes a graph over the safetensors, unless the repository's ONNX graph is requested or is all that the repository
 * has.
 *
 * @throws {BertEmbedError | ArgumentRangeError} when weights or graph are missing or invalid, or an option does not fit
 *   the model.
 */
export async function loadModel(
  source: ModelSource,
  files: ModelFiles,
  context: LoadContext,
): Promise<LoadedModel> {
  const { options } = context
  const { encoder, encoderFiles } = files
  const settings = await resolveSettings(source, files, context)
  if (!encoder || (options.onnx ?? false) !== false) return loadOnnx(files, settings, options)
  checkPooling(files, settings, options) // before the weights are loaded
  try {
    return await loadOwnGraph(encoderFiles, encoder, { settings, options })
  } catch (error) {
    const hasOnlyOnnx = isFileNotFound(error) && (await encoderFiles.open(indexFile, options)) === undefined
    if (options.onnx === false || !hasOnlyOnnx) throw error
    return loadOnnx(files, settings, options).catch((cause) => {
      throw isFileNotFound(cause)
        ? new BertEmbedError('FILE_NOT_FOUND', `${(error as Error).message} ${cause.message}`, { cause })
        : cause
    })
  }
}

function isFileNotFound(error: unknown): error is BertEmbedError {
  return error instanceof BertEmbedError && error.code === 'FILE_NOT_FOUND'
}

/** Imported on demand: most models have safetensors. */
async function loadOnnx(
  { encoderFiles, tokenizer }: ModelFiles,
  settings: EmbedderSettings,
  options: LoadOptions,
) {
  const { loadOnnxModel } = await import('./onnx/load-onnx-model.js')
  const { padToken } = tokenizer
  return loadOnnxModel(encoderFiles, { ...options, path: options.onnx, padId: padToken.id, settings })
}

async function loadOwnGraph(
  source: ModelSource,
  encoder: Encoder,
  { settings, options }: { readonly settings: EmbedderSettings; readonly options: LoadOptions },
): Promise<LoadedModel> {
  const { files, weights, layersOf } = await loadWeights(source, { ...options, encoder })
  const furtherBlocks = await loadFurtherBlocks(encoder)
  const graph = { encoder, weights, layersOf, furtherBlocks, maxPooling: settings.pooling.includes('max') }
  const model: OnnxModel = {
    files,
    toBytes: (locate, device) => modelToBytes(encoderGraph({ ...graph, locate, device })),
    probe: await loadProbe(graph, options.device),
  }
  return { model, createEncoderSession: createOwnGraphSession, settings }
}

/** Imported on demand: BERT needs none of these blocks. */
async function loadFurtherBlocks({ isBert }: Encoder) {
  return isBert ? undefined : (await import('../model/onnx/further-blocks.js')).createFurtherBlocks
}

/** Imported on demand: most models have no layers after the pooling. */
async function loadHead(source: ModelSource, modules: readonly HeadModule[], options: OpenOptions) {
  if (modules.length === 0) return undefined
  const { loadSentenceHead } = await import('./load-sentence-head.js')
  return loadSentenceHead(source, modules, options)
}

/** Imported on demand: a CPU computes correctly, and needs no probe. */
async function loadProbe(
  graph: Omit<EncoderGraphOptions, 'locate'>,
  device: Device | undefined,
): Promise<OnnxProbe | undefined> {
  if (!traitsOf(device).needsProbe) return undefined
  const { encoderProbeGraph, encoderProbeInputs } = await import('../model/onnx/encoder-probe.js')
  return {
    inputs: encoderProbeInputs(graph.encoder),
    toBytes: (locate, device) => modelToBytes(encoderProbeGraph({ ...graph, locate, device })),
  }
}

/**
 * Checks that the pooled vectors fit the layers after the pooling.
 *
 * @throws {BertEmbedError | ArgumentRangeError} `INVALID_CONFIG` for the model's pooling, `INVALID_OPTION` for the
 *   caller's.
 */
function checkPooling({ sentence }: ModelFiles, settings: EmbedderSettings, options: LoadOptions): void {
  const { head } = settings
  const pooledSize = settings.hiddenSize * sentence.pooling.length
  if (head && options.pooling === undefined && pooledSize !== head.inFeatures)
    throw new BertEmbedError(
      'INVALID_CONFIG',
      `The model's pooling returns ${pooledSize} values, but its layers after it take ${head.inFeatures}.`,
    )
  dimensionOf(settings.pooling, settings)
}

/** The caller's options take precedence over the model's files. */
async function resolveSettings(
  source: ModelSource,
  { shape, tokenizer, sentence, maxLength }: ModelFiles,
  { options, batchTokens = defaultMaxBatchTokens }: LoadContext,
): Promise<EmbedderSettings> {
  const positions = shape.maxTokens
  const specialTokens = tokenizer.countSpecialTokens()
  return {
    hiddenSize: shape.hiddenSize,
    positions,
    specialTokens,
    maxLength: checkMaxLength(options.maxLength ?? maxLength, { positions, specialTokens }),
    maxBatchTokens: options.maxBatchTokens ?? batchTokens,
    pooling: options.pooling === undefined ? sentence.pooling : toPoolingModes(options.pooling),
    includePrompt: sentence.includePrompt,
    head: await loadHead(source, sentence.headModules, options),
    endsNormalized: sentence.endsNormalized,
    normalize: options.normalize,
    truncateDim: sentence.truncateDim,
    prompts: sentence.prompts,
    defaultPromptName: sentence.defaultPromptName,
    similarityFunction: sentence.similarityFunction,
  }
}
