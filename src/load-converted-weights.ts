/** Gets the weights of a quantised dtype: made of the published files, or kept from an earlier time. */

import { type LoadedWeights, openWeightFiles, readTensors } from './load-weights.js'
import type { BertConfig } from './model/bert-config.js'
import { bertParameters } from './model/bert-parameters.js'
import { convertedFileVersion, convertFile, isConvertedFile } from './model/converted-file.js'
import { createConvertedWeights } from './model/converted-weights.js'
import type { ConvertedDtype } from './model/weight-forms.js'
import { type Derivation, deriveFile } from './sources/derived-file.js'
import type { ModelSource, OpenOptions } from './sources/model-source.js'

export interface ConvertedWeightsOptions extends OpenOptions {
  readonly config: BertConfig
  readonly dtype: ConvertedDtype
}

/**
 * @throws {BertEmbedError} as `loadWeights` does, and `INVALID_WEIGHTS` for weights that are not finite or do not fit the
 * config.
 */
export async function loadConvertedWeights(
  source: ModelSource,
  { config, dtype, ...options }: ConvertedWeightsOptions,
): Promise<LoadedWeights> {
  const parameters = bertParameters(config)
  const derivation: Derivation = {
    name: `${dtype}-${convertedFileVersion}`,
    accept: (kept) => isConvertedFile(kept, dtype),
    async make(original) {
      const { byteLength, chunks } = await convertFile(original, { parameters, dtype })
      return { byteLength, chunks: untilAborted(chunks, options.signal) }
    },
  }
  const files = await openWeightFiles(source, options, (path) => derive(source, path, derivation, options))
  return { files, weights: createConvertedWeights(await readTensors(files)) }
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
