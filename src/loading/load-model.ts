/** Turns a model's files into something that a backend can run, and the settings of the embedder. */

import type { Backend, BackendSession, SessionOptions } from '../backends/backend.js'
import { checkMaxLength, dimensionOf, type EmbedderSettings } from '../embedder/embedder-settings.js'
import type { EncoderSession } from '../embedder/sessions/encoder-session.js'
import { createOwnGraphSession } from '../embedder/sessions/own-graph-session.js'
import { checkPlanMemory, planEncoder } from '../engine/plan-encoder.js'
import { BertEmbedError } from '../errors.js'
import type { HeadModule } from '../model/config/sentence-modules.js'
import type { Dtype } from '../model/dtypes.js'
import type { Encoder } from '../model/encoder.js'
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
  /** Loads the model into the backend. */
  createSession(): Promise<BackendSession>
  createEncoderSession(session: BackendSession): EncoderSession
  readonly settings: EmbedderSettings
  /** `undefined` for an ONNX file whose name does not tell. */
  readonly dtype: Dtype | undefined
}

export interface LoadContext {
  readonly options: LoadOptions
  readonly backend: Backend
  readonly sessionOptions: SessionOptions
}

/**
 * Computes the encoder from the safetensors, unless the repository's ONNX graph is requested or is all that the repository
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
  if (!encoder || (options.onnx ?? false) !== false) return loadOnnx(files, settings, context)
  checkPooling(files, settings, options) // before the weights are loaded
  try {
    return await loadEncoder(files, encoder, settings, context)
  } catch (error) {
    const hasOnlyOnnx =
      !files.pack && isFileNotFound(error) && (await encoderFiles.open(indexFile, options)) === undefined
    if (options.onnx === false || !hasOnlyOnnx) throw error
    return loadOnnx(files, settings, context).catch((cause) => {
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
  { options, backend, sessionOptions }: LoadContext,
): Promise<LoadedModel> {
  const { loadOnnxModel } = await import('./onnx/load-onnx-model.js')
  const { padToken } = tokenizer
  const { model, ...loaded } = await loadOnnxModel(encoderFiles, {
    ...options,
    path: options.onnx,
    padId: padToken.id,
    settings,
  })
  return { ...loaded, createSession: () => backend.createSession(model, sessionOptions) }
}

/** Prepares the encoder for the backend: as a plan, or as an ONNX graph. */
async function loadEncoder(
  { encoderFiles, pack }: ModelFiles,
  encoder: Encoder,
  settings: EmbedderSettings,
  { options, backend, sessionOptions }: LoadContext,
): Promise<LoadedModel> {
  const takesPlan = backend.takesPlans?.(sessionOptions) ?? false
  const dtype = pack?.dtype ?? options.dtype ?? 'fp32'
  if (takesPlan) checkPlanMemory(encoder, dtype) // before the weights are loaded
  const loaded = await loadWeights(encoderFiles, { ...options, encoder, takesPlan, dtype, pack })
  const { files, weights } = loaded
  if (takesPlan) {
    const plan = planEncoder(encoder, weights)
    const createSession = () => backend.createPlanSession!({ files, plan }, sessionOptions)
    return { createSession, createEncoderSession: createOwnGraphSession, settings, dtype }
  }
  // Imported on demand: a page needs no graph by default.
  const { ownGraphModel } = await import('./onnx/own-graph-model.js')
  const { device } = sessionOptions
  const model = ownGraphModel(encoder, loaded, { device, maxPooling: settings.pooling.includes('max') })
  const createSession = () => backend.createSession(model, sessionOptions)
  return { createSession, createEncoderSession: createOwnGraphSession, settings, dtype }
}

/** Imported on demand: most models have no layers after the pooling. */
async function loadHead(source: ModelSource, modules: readonly HeadModule[], options: OpenOptions) {
  if (modules.length === 0) return undefined
  const { loadSentenceHead } = await import('./load-sentence-head.js')
  return loadSentenceHead(source, modules, options)
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
  { options, backend, sessionOptions }: LoadContext,
): Promise<EmbedderSettings> {
  const positions = shape.maxTokens
  const specialTokens = tokenizer.countSpecialTokens()
  const batchTokens = backend.batchTokens?.(sessionOptions) ?? defaultMaxBatchTokens
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
