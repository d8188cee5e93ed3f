/** Loads an ONNX graph of the model's repository. Its weights are used in place. */

import type { BackendSession } from '../../backends/backend.js'
import { explainWrongFile } from '../../checks/explain-wrong-file.js'
import { checkMaxLength, dimensionOf, type EmbedderSettings } from '../../embedder/embedder-settings.js'
import { createRepositoryGraphSession } from '../../embedder/sessions/repository-graph-session.js'
import { BertEmbedError } from '../../errors.js'
import type { Dtype } from '../../model/dtypes.js'
import { readOnnxFile } from '../../model/onnx/file/onnx-file.js'
import {
  fileNotFound,
  type ModelFile,
  type ModelSource,
  type OpenOptions,
} from '../../sources/model-source.js'
import { dtypeOfPath, onnxPaths } from './onnx-file-names.js'
import { type OnnxOutputs, signatureOf } from './onnx-signature.js'

export interface OnnxOptions extends OpenOptions {
  /** The file, or `true` or `undefined` for the first file found for the dtype. */
  readonly path: boolean | string | undefined
  /** @default the dtype of the first file found, fp32 before the others */
  readonly dtype?: Dtype | undefined
  /** The caller's option. If set, the graph's own sentence embedding is ignored. */
  readonly pooling?: unknown
  /** The caller's option. If set, a graph that takes fewer tokens is an error. */
  readonly maxLength?: number | undefined
  /** The id of the padding token. */
  readonly padId: number
  /** The settings from the model's files and the options, without those of the graph. */
  readonly settings: EmbedderSettings
}

/**
 * @throws {BertEmbedError} `FILE_NOT_FOUND`, `INVALID_ONNX`, `UNSUPPORTED_MODEL` when inputs or outputs are not those
 *   of an encoder, and the source's errors.
 */
export async function loadOnnxModel(source: ModelSource, options: OnnxOptions) {
  const file = await openGraph(source, options)
  const onnx = await readOnnxFile(file)
  const { hiddenSize } = options.settings
  const { values, ...signature } = signatureOf(file.path, onnx, { hiddenSize, padId: options.padId })
  const files = await Promise.all(
    Array.from(onnx.weightFiles, async ([path, byteLength]) => {
      const weights = path === file.path ? file : await openWeights(source, path, { file, options })
      await checkLength(weights, byteLength, file)
      return weights
    }),
  )
  const settings = settingsOf(options, { name: file.path, ...values })
  const sized = sizedSettings(settings, signature, options)
  return {
    model: { files, toBytes: onnx.toBytes },
    createEncoderSession: (session: BackendSession) =>
      createRepositoryGraphSession(session, signature, sized.maxBatchTokens),
    settings: sized,
    dtype: dtypeOfPath(file.path) ?? options.dtype,
  }
}

/** @throws {BertEmbedError | ArgumentRangeError} `UNSUPPORTED_MODEL`, `INVALID_OPTION` */
function settingsOf(
  { settings, pooling }: OnnxOptions,
  { name, tokenOutput, textOutput }: OnnxOutputs & { readonly name: string },
): EmbedderSettings {
  const isPooled = pooling !== undefined
  const hiddenSize = tokenOutput?.shape.at(-1) || settings.hiddenSize
  if (hiddenSize === 0)
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      `Neither ${name} nor config.json (hidden_size) says how long a vector is.`,
    )
  if (textOutput !== undefined && !(isPooled && tokenOutput !== undefined)) {
    if (isPooled)
      throw new BertEmbedError(
        'UNSUPPORTED_MODEL',
        `${name} only has the output ${textOutput.name}: another pooling needs the tokens' vectors.`,
      )
    const textSize = textOutput.shape.at(-1) ?? settings.head?.outFeatures ?? hiddenSize
    // The graph includes the layers after the pooling.
    return { ...settings, hiddenSize, textSize, pooling: [], head: undefined, endsNormalized: false }
  }
  dimensionOf(settings.pooling, { ...settings, hiddenSize })
  return { ...settings, hiddenSize }
}

/**
 * Adapts the settings to a graph of fixed sizes: shorter texts, and batches that fill its runs, because a partly filled
 * run takes as long as a full one.
 */
function sizedSettings(
  settings: EmbedderSettings,
  { rows, tokens }: { readonly rows?: number | undefined; readonly tokens?: number | undefined },
  { maxLength }: OnnxOptions,
): EmbedderSettings {
  const positions = Math.min(settings.positions, tokens ?? settings.positions)
  const length = checkMaxLength(maxLength ?? Math.min(settings.maxLength, positions), {
    ...settings,
    positions,
  })
  const { maxBatchTokens } = settings
  const runTokens = rows && rows * (tokens ?? length)
  return {
    ...settings,
    positions,
    maxLength: length,
    tokensPerText: tokens,
    maxBatchTokens: runTokens
      ? runTokens * Math.max(1, Math.floor(maxBatchTokens / runTokens))
      : maxBatchTokens,
  }
}

async function openGraph(source: ModelSource, options: OnnxOptions): Promise<ModelFile> {
  const { path: given, dtype } = options
  const paths = typeof given === 'string' ? [given] : onnxPaths(dtype)
  for (const path of paths) {
    const file = await source.open(path, options)
    if (file) return file
  }
  const others =
    typeof given === 'string' ? '' : `, nor any other graph with a known name for ${dtype ?? 'any dtype'}`
  throw fileNotFound(source, `${paths[0]}${others}.${await describeGraphs(source, options)}`)
}

/** Lists the graphs that the repository has, as advice in an error message. */
async function describeGraphs(source: ModelSource, options: OpenOptions): Promise<string> {
  const paths = await source.list?.(onnxPaths(undefined), options).catch(() => undefined)
  if (!paths) return ''
  const graphs = paths
    .filter((path) => path.endsWith('.onnx'))
    .map((path) => {
      const dtype = dtypeOfPath(path)
      return dtype ? `${path} (dtype: '${dtype}')` : path
    })
  if (graphs.length === 0) return ' No other .onnx file was found.'
  return ` Found ${graphs.join(', ')}: choose one with the option onnx.`
}

async function openWeights(
  source: ModelSource,
  path: string,
  { file, options }: { readonly file: ModelFile; readonly options: OpenOptions },
): Promise<ModelFile> {
  const opened = await source.open(path, options)
  if (opened) return opened
  throw fileNotFound(source, `${path}, which has weights of ${file.path}.`)
}

/** Refuses a truncated file: the error message of ONNX Runtime would only name a line of its source code. */
async function checkLength(weights: ModelFile, minLength: number, graph: ModelFile): Promise<void> {
  const { path, byteLength } = weights
  if (byteLength >= minLength) return
  const start = String.fromCharCode(...(await weights.read(0, Math.min(64, byteLength))))
  throw new BertEmbedError(
    'INVALID_ONNX',
    `${path} has ${byteLength} bytes, but the weights of ${graph.path} in it end at byte ${minLength}. ${explainWrongFile(start)}`,
  )
}
