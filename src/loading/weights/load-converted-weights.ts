/** Loads the weights of a converted dtype from the cache, or converts the published files. */

import { ArgumentRangeError } from '../../errors.js'
import { convertFile } from '../../model/conversion/converted-file.js'
import { traceEncoder } from '../../model/conversion/encoder-trace.js'
import {
  type ConvertedDtype,
  convertedFileVersion,
  createConvertedWeights,
  isConvertedFile,
} from '../../model/conversion/read-converted-file.js'
import type { Encoder } from '../../model/encoder.js'
import { readSafetensorsHeader } from '../../model/safetensors/safetensors.js'
import { deriveFile } from '../../sources/cache/derived-file.js'
import type { Derivation, ModelSource, OpenOptions } from '../../sources/model-source.js'
import { type LoadedWeights, openWeightFiles, readTensors } from './published-weights.js'

export interface ConvertedWeightsOptions extends OpenOptions {
  readonly encoder: Encoder
  readonly dtype: ConvertedDtype
}

/**
 * @throws {BertEmbedError} the errors of `loadWeights`, and `INVALID_WEIGHTS` when weights are not finite or do not fit
 *   the config.
 */
export async function loadConvertedWeights(
  source: ModelSource,
  { encoder, dtype, ...options }: ConvertedWeightsOptions,
): Promise<LoadedWeights> {
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
  return { files, weights, dtype }
}

/**
 * Refuses to convert safetensors to q4, before more than a header of them is downloaded.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} `FILE_NOT_FOUND` when the model has no safetensors, `INVALID_SAFETENSORS` when they are
 *   invalid.
 */
export async function refuseWeights(source: ModelSource, options: OpenOptions): Promise<never> {
  const refusal = new ArgumentRangeError(
    'INVALID_OPTION',
    `dtype "q4" is for ONNX files only, but ${source.name} has safetensors: use "q8", or set onnx to true if the model also has a q4 ONNX file.`,
  )
  const derivation: Derivation = {
    name: 'q4',
    accept: async () => false,
    async make(original) {
      await readSafetensorsHeader(original) // closing an unread download would not end it
      throw refusal
    },
  }
  await openWeightFiles(source, options, (path) => derive(source, path, derivation, options))
  throw refusal // when an index names no file
}

/** Derives the file with the source, which may cache it, or else in memory. */
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
