/** Gets the weights of a quantised dtype: made of the published files, or kept from an earlier time. */

import { ArgumentRangeError } from '../errors.js'
import { convertedFileVersion, convertFile, isConvertedFile } from '../model/conversion/converted-file.js'
import { createConvertedWeights } from '../model/conversion/converted-weights.js'
import { traceEncoder } from '../model/conversion/encoder-trace.js'
import type { ConvertedDtype } from '../model/conversion/weight-forms.js'
import type { Encoder } from '../model/encoder.js'
import { convertedLayers } from '../model/onnx/quantized-layers.js'
import { readSafetensorsHeader } from '../model/safetensors/safetensors.js'
import { deriveFile } from '../sources/cache/derived-file.js'
import type { Derivation, ModelSource, OpenOptions } from '../sources/model-source.js'
import type { WeightsAs } from './load-weights.js'
import { openWeightFiles, readTensors } from './published-weights.js'

export interface ConvertedWeightsOptions extends OpenOptions {
  readonly encoder: Encoder
  readonly dtype: ConvertedDtype
}

/**
 * @throws {BertEmbedError} as `loadWeights` does, and `INVALID_WEIGHTS` for weights that are not finite or do not fit the
 * config.
 */
export async function loadConvertedWeights(
  source: ModelSource,
  { encoder, dtype, ...options }: ConvertedWeightsOptions,
): Promise<WeightsAs> {
  const trace = traceEncoder(encoder)
  const derivation: Derivation = {
    name: `${dtype}-${convertedFileVersion}`,
    accept: (kept) => isConvertedFile(kept, dtype),
    async make(original) {
      const { byteLength, chunks } = await convertFile(original, { trace, dtype })
      return { byteLength, chunks: untilAborted(chunks, options.signal) }
    },
  }
  const files = await openWeightFiles(source, options, (path) => derive(source, path, derivation, options))
  const weights = createConvertedWeights(await readTensors(files))
  return { files, weights, layersOf: convertedLayers[dtype] }
}

/**
 * Says of a model with safetensors that they are not converted to q4, before more of them than a header is downloaded.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} `FILE_NOT_FOUND` when the model has no safetensors, `INVALID_SAFETENSORS` when they are broken.
 */
export async function refuseWeights(source: ModelSource, options: OpenOptions): Promise<never> {
  const refusal = new ArgumentRangeError(
    'INVALID_OPTION',
    `dtype is "q4", which only names an ONNX file of a model; ${source.name} has safetensors: take "q8", or set onnx to true if the model has such a file too.`,
  )
  const derivation: Derivation = {
    name: 'q4',
    accept: async () => false,
    async make(original) {
      await readSafetensorsHeader(original) // a download of which nothing is read does not end when it is closed
      throw refusal
    },
  }
  await openWeightFiles(source, options, (path) => derive(source, path, derivation, options))
  throw refusal // an index that names no file
}

/** By the source itself, where it keeps what is made; else in memory. */
function derive(source: ModelSource, path: string, derivation: Derivation, options: OpenOptions) {
  if (source.derive) return source.derive(path, derivation, options)
  const openOriginal = () => source.open(path, options)
  return deriveFile(derivation, { path, cache: undefined, origin: undefined, openOriginal })
}

async function* untilAborted<T>(values: AsyncIterable<T>, signal: AbortSignal | undefined) {
  for await (const value of values) {
    signal?.throwIfAborted()
    yield value
  }
}
