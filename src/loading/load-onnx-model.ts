/** Loads a graph that a model's repository ships as an .onnx file, with its weights left where they are. */

import { explainWrongFile } from '../checks/explain-wrong-file.js'
import { checkMaxLength, dimensionOf, type EmbedderSettings } from '../embedder/embedder-settings.js'
import { createRepositoryGraphSession } from '../embedder/repository-graph-session.js'
import { BertEmbedError } from '../errors.js'
import { readOnnxFile } from '../model/onnx/file/onnx-file.js'
import { fileNotFound, type ModelFile, type ModelSource, type OpenOptions } from '../sources/model-source.js'
import type { LoadedModel } from './load-model.js'
import type { Dtype } from './load-options.js'
import { dtypeOfPath, onnxPaths } from './onnx-file-names.js'
import { type OnnxOutputs, signatureOf } from './onnx-signature.js'

export interface OnnxOptions extends OpenOptions {
  /** The file; `true` or `undefined` for the first that there is for the dtype. */
  readonly path: boolean | string | undefined
  /** @default the first of all that there is, fp32 before the others */
  readonly dtype?: Dtype | undefined
  /** Asked for by the caller: then a vector that the graph makes itself is not taken. */
  readonly pooling?: unknown
  /** Asked for by the caller: then a graph that takes fewer tokens is an error. */
  readonly maxLength?: number | undefined
  /** The token that pads texts. */
  readonly padId: number
  /** What the model's files and the options amount to, the graph not yet known. */
  readonly settings: EmbedderSettings
}

/**
 * @throws {BertEmbedError} `FILE_NOT_FOUND`, `INVALID_ONNX`, `UNSUPPORTED_MODEL` for a graph with other inputs or outputs
 * than encoders have, and what the source throws.
 */
export async function loadOnnxModel(source: ModelSource, options: OnnxOptions): Promise<LoadedModel> {
  const file = await openGraph(source, options)
  const onnx = await readOnnxFile(file)
  const { hiddenSize } = options.settings
  const { values, ...signature } = signatureOf(file.path, onnx, { hiddenSize, padId: options.padId })
  const files = await Promise.all(
    Array.from(onnx.weightFiles, async ([path, byteLength]) => {
      const weights = path === file.path ? file : await openBeside(source, path, { file, options })
      await checkLength(weights, byteLength, file)
      return weights
    }),
  )
  const settings = settingsOf(options, { name: file.path, ...values })
  const sized = sizedSettings(settings, signature, options)
  return {
    model: { files, toBytes: onnx.toBytes },
    createEncoderSession: (session) => createRepositoryGraphSession(session, signature, sized.maxBatchTokens),
    settings: sized,
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
        `${name} gives ${textOutput.name} only: it cannot be pooled otherwise.`,
      )
    const textSize = textOutput.shape.at(-1) ?? settings.head?.outFeatures ?? hiddenSize
    // What comes after the pooling is in the graph already.
    return { ...settings, hiddenSize, textSize, pooling: [], head: undefined, endsNormalized: false }
  }
  dimensionOf(settings.pooling, { ...settings, hiddenSize })
  return { ...settings, hiddenSize }
}

/** A graph of fixed sizes has no room for longer texts, and takes as long for fewer: batches are to fill it. */
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
    typeof given === 'string' ? '' : `, nor any other graph by the names of ${dtype ?? 'any dtype'}`
  throw fileNotFound(source, `${paths[0]}${others}.${await sayWhatThereIs(source, options)}`)
}

/** For who asked for another one. */
async function sayWhatThereIs(source: ModelSource, options: OpenOptions): Promise<string> {
  const paths = await source.list?.(onnxPaths(undefined), options).catch(() => undefined)
  if (!paths) return ''
  const graphs = paths
    .filter((path) => path.endsWith('.onnx'))
    .map((path) => {
      const dtype = dtypeOfPath(path)
      return dtype ? `${path} (dtype: '${dtype}')` : path
    })
  if (graphs.length === 0) return ' No other .onnx file was found.'
  return ` There is ${graphs.join(', ')}: name one by the option onnx.`
}

async function openBeside(
  source: ModelSource,
  path: string,
  { file, options }: { readonly file: ModelFile; readonly options: OpenOptions },
): Promise<ModelFile> {
  const opened = await source.open(path, options)
  if (opened) return opened
  throw fileNotFound(source, `${path}, in which ${file.path} has its weights.`)
}

/** Of what was cut short, ONNX Runtime would say where in its own source it noticed. */
async function checkLength(weights: ModelFile, least: number, graph: ModelFile): Promise<void> {
  const { path, byteLength } = weights
  if (byteLength >= least) return
  const start = String.fromCharCode(...(await weights.read(0, Math.min(64, byteLength))))
  throw new BertEmbedError(
    'INVALID_ONNX',
    `${path} has ${byteLength} bytes, but ${graph.path} has weights in it up to byte ${least}. ${explainWrongFile(start)}`,
  )
}
