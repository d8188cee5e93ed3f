/** Finds a checkpoint's tensors in its safetensors files. Only the headers are read. */

import type { ConvertedDtype } from '../../model/conversion/converted-file.js'
import { readSafetensorsHeader, type SafetensorsDtype } from '../../model/safetensors/safetensors.js'
import { createWeights, type Weights, type WeightTensor } from '../../model/weights.js'
import {
  fileNotFound,
  type ModelFile,
  type ModelSource,
  type OpenOptions,
  readJson,
} from '../../sources/model-source.js'

export interface LoadedWeights {
  readonly files: readonly ModelFile[]
  readonly weights: Weights
  /** The form to which the weights were converted. @default as they were published */
  readonly dtype?: ConvertedDtype | undefined
}

export interface PublishedWeights extends LoadedWeights {
  /** The dtypes of all tensors. */
  readonly dtypes: ReadonlySet<SafetensorsDtype>
}

export const singleFile = 'model.safetensors'
export const indexFile = 'model.safetensors.index.json'

/**
 * @param prefix The encoder's, see {@link Encoder.prefix}.
 * @throws {BertEmbedError} `FILE_NOT_FOUND` when the model has no safetensors, `INVALID_SAFETENSORS` when they are
 *   invalid, and the source's errors.
 */
export async function readPublishedWeights(
  source: ModelSource,
  prefix: string,
  options: OpenOptions,
): Promise<PublishedWeights> {
  const files = await openWeightFiles(source, options, (path) => source.open(path, options))
  const tensors = await readTensors(files)
  const dtypes = new Set(Array.from(tensors.values(), ({ dtype }) => dtype))
  return { files, weights: createWeights(tensors, prefix), dtypes }
}

/**
 * Opens the weight file, or all shards that the index names, with `open`.
 *
 * @throws {BertEmbedError} `FILE_NOT_FOUND`, and the errors of the source and of `open`.
 */
export async function openWeightFiles(
  source: ModelSource,
  options: OpenOptions,
  open: (path: string) => Promise<ModelFile | undefined>,
): Promise<readonly ModelFile[]> {
  const single = await open(singleFile)
  if (single) return [single]
  const index = await readJson(source, indexFile, options)
  if (index === undefined)
    throw fileNotFound(
      source,
      `${singleFile} (nor ${indexFile}). Weights in pytorch_model.bin or tf_model.h5 are not read.`,
    )
  const { parseSafetensorsIndex } = await import('../../model/safetensors/safetensors-index.js')
  const shards = new Set(parseSafetensorsIndex(index, { file: indexFile }).values())
  return Promise.all(
    [...shards].map(async (shard) => {
      const file = await open(shard)
      if (file) return file
      throw fileNotFound(source, `${shard}, which ${indexFile} names.`)
    }),
  )
}

/** Reads the tensors of all files by name. @throws {BertEmbedError} `INVALID_SAFETENSORS` */
export async function readTensors(files: readonly ModelFile[]): Promise<ReadonlyMap<string, WeightTensor>> {
  const tensors = new Map<string, WeightTensor>()
  for (const file of files) {
    const header = await readSafetensorsHeader(file)
    for (const tensor of header.tensors.values()) tensors.set(tensor.name, { ...tensor, file: file.path })
  }
  return tensors
}
