/** Loads a graph that a model's repository ships as an .onnx file, with its weights left where they are. */

import { dimensionOf, type EmbedderSettings } from '../embedder/embedder-settings.js'
import {
  createOnnxSession,
  type OnnxInput,
  type OnnxSignature,
  onnxInputs,
} from '../embedder/onnx-session.js'
import { BertEmbedError, describe } from '../errors.js'
import { type OnnxFile, readOnnxFile } from '../model/onnx/onnx-file.js'
import type { OnnxValue } from '../model/onnx/onnx-value.js'
import { fileNotFound, type ModelFile, type ModelSource, type OpenOptions } from '../sources/model-source.js'
import type { LoadedModel } from './load-model.js'
import type { Dtype } from './load-options.js'

export interface OnnxOptions extends OpenOptions {
  /** The file; `true` or `undefined` for the first that there is for the dtype. */
  readonly path: boolean | string | undefined
  readonly dtype?: Dtype | undefined
  /** Asked for by the caller: then a vector that the graph makes itself is not taken. */
  readonly pooling?: unknown
  /** What the model's files and the options amount to, the graph not yet known. */
  readonly settings: EmbedderSettings
}

/**
 * The files of each dtype, as transformers.js names them and then as sentence-transformers does, the best first: of 8
 * bits those whose kernels most processors have.
 */
const filesOfDtype: Readonly<Record<Dtype, readonly string[]>> = {
  fp32: ['onnx/model.onnx', 'model.onnx', 'onnx/model_O3.onnx', 'onnx/model_O2.onnx', 'onnx/model_O1.onnx'],
  fp16: ['onnx/model_fp16.onnx', 'onnx/model_O4.onnx'],
  q8: [
    'onnx/model_quantized.onnx',
    'onnx/model_int8.onnx',
    'onnx/model_qint8_avx512_vnni.onnx',
    'onnx/model_quint8_avx2.onnx',
    'onnx/model_qint8_arm64.onnx',
    'onnx/model_uint8.onnx',
  ],
  q4: ['onnx/model_q4.onnx', 'onnx/model_q4f16.onnx', 'onnx/model_bnb4.onnx'],
}

/**
 * @throws {BertEmbedError} `FILE_NOT_FOUND`, `INVALID_ONNX`, `UNSUPPORTED_MODEL` for a graph with other inputs or outputs
 * than encoders have, and what the source throws.
 */
export async function loadOnnxModel(
  source: ModelSource,
  { path, dtype = 'fp32', pooling, settings, ...options }: OnnxOptions,
): Promise<LoadedModel> {
  const file = await openFirst(source, typeof path === 'string' ? [path] : filesOfDtype[dtype], options)
  const onnx = await readOnnxFile(file)
  const signature = signatureOf(file.path, onnx)
  const files = await Promise.all(
    onnx.weightFiles.map(async (weightFile) =>
      weightFile === file.path ? file : openBeside(source, { file, weightFile, options }),
    ),
  )
  return {
    model: { files, encode: onnx.encode },
    createEncoderSession: (session) => createOnnxSession(session, signature),
    settings: settingsOf(settings, { onnx, signature, isPooled: pooling !== undefined }),
  }
}

/** @throws {BertEmbedError | ArgumentRangeError} `UNSUPPORTED_MODEL`, `INVALID_OPTION` */
function settingsOf(
  settings: EmbedderSettings,
  { onnx, signature, isPooled }: { onnx: OnnxFile; signature: OnnxSignature; isPooled: boolean },
): EmbedderSettings {
  const { name, tokenOutput, textOutput } = signature
  const sizeOf = (output: string) => onnx.outputs.find(({ name }) => name === output)?.shape.at(-1)
  const hiddenSize = (tokenOutput && sizeOf(tokenOutput)) || settings.hiddenSize
  if (hiddenSize === 0)
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      `Neither ${name} nor config.json (hidden_size) says how long a vector is.`,
    )
  if (textOutput !== undefined && !(isPooled && tokenOutput !== undefined)) {
    if (isPooled)
      throw new BertEmbedError(
        'UNSUPPORTED_MODEL',
        `${name} gives ${textOutput} only: it cannot be pooled otherwise.`,
      )
    const textSize = sizeOf(textOutput) ?? settings.head?.outFeatures ?? hiddenSize
    // What comes after the pooling is in the graph already.
    return { ...settings, hiddenSize, textSize, pooling: [], head: undefined, endsNormalized: false }
  }
  dimensionOf(settings.pooling, { ...settings, hiddenSize })
  return { ...settings, hiddenSize }
}

async function openFirst(source: ModelSource, paths: readonly string[], options: OpenOptions) {
  for (const path of paths) {
    const file = await source.open(path, options)
    if (file) return file
  }
  throw fileNotFound(source, `${paths.join(', nor ')}.`)
}

async function openBeside(
  source: ModelSource,
  {
    file,
    weightFile,
    options,
  }: { readonly file: ModelFile; readonly weightFile: string; readonly options: OpenOptions },
): Promise<ModelFile> {
  const opened = await source.open(weightFile, options)
  if (opened) return opened
  throw fileNotFound(source, `${weightFile}, in which ${file.path} has its weights.`)
}

/** `TensorProto.DataType` of what can be fed, and of what can be read. */
const elementTypes = { 6: 'int32', 7: 'int64' } as const
const float32 = 1

const tokenOutputs = ['last_hidden_state', 'token_embeddings']
const textOutputs = ['sentence_embedding']

function signatureOf(name: string, { inputs, outputs }: OnnxFile): OnnxSignature {
  const find = (names: readonly string[]) => outputs.find((output) => names.includes(output.name))
  const [tokenOutput, textOutput] = [find(tokenOutputs), find(textOutputs)]
  if (!tokenOutput && !textOutput)
    throw unsupported(name, 'output', outputs, [...tokenOutputs, ...textOutputs])
  for (const output of [tokenOutput, textOutput])
    if (output && output.elementType !== float32)
      throw new BertEmbedError(
        'UNSUPPORTED_MODEL',
        `${name}: output ${output.name} is of ONNX type ${describe(output.elementType)}; supported: ${float32} (float32).`,
      )
  return {
    name,
    inputs: inputs.map((input) => {
      const dtype = elementTypes[input.elementType as keyof typeof elementTypes]
      if (Object.hasOwn(onnxInputs, input.name) && dtype) return { name: input.name as OnnxInput, dtype }
      throw unsupported(name, 'input', [input], Object.keys(onnxInputs))
    }),
    tokenOutput: tokenOutput?.name,
    textOutput: textOutput?.name,
  }
}

function unsupported(
  name: string,
  kind: string,
  values: readonly OnnxValue[],
  known: readonly string[],
): BertEmbedError {
  const found = values.map((value) => `${value.name} (ONNX type ${value.elementType})`).join(', ')
  return new BertEmbedError(
    'UNSUPPORTED_MODEL',
    `${name} has ${kind} ${found}; supported: ${known.join(', ')}.`,
  )
}
