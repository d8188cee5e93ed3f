/** Finds a checkpoint's tensors in its safetensors files, reading their headers only. */

import { BertEmbedError } from './errors.js'
import { readSafetensorsHeader } from './model/safetensors.js'
import { parseSafetensorsIndex } from './model/safetensors-index.js'
import { createWeights, type Weights, type WeightTensor } from './model/weights.js'
import { type ModelFile, type ModelSource, type OpenOptions, readJson } from './sources/model-source.js'

export interface LoadedWeights {
  readonly files: readonly ModelFile[]
  readonly weights: Weights
}

const singleFile = 'model.safetensors'
const indexFile = 'model.safetensors.index.json'

/**
 * @throws {BertEmbedError} `FILE_NOT_FOUND` when the model has no safetensors, `INVALID_SAFETENSORS` when they are broken,
 * and what the source throws.
 */
export async function loadWeights(source: ModelSource, options: OpenOptions): Promise<LoadedWeights> {
  const single = await source.open(singleFile, options)
  const files = single ? [single] : await openShards(source, options)
  const tensors = new Map<string, WeightTensor>()
  for (const file of files) {
    const header = await readSafetensorsHeader(file)
    for (const tensor of header.tensors.values()) tensors.set(tensor.name, { ...tensor, file: file.path })
  }
  return { files, weights: createWeights(tensors) }
}

async function openShards(source: ModelSource, options: OpenOptions): Promise<ModelFile[]> {
  const index = await readJson(source, indexFile, options)
  if (index === undefined)
    throw new BertEmbedError(
      'FILE_NOT_FOUND',
      `${source.name} has no ${singleFile} (nor ${indexFile}). ` +
        'Weights in other formats (pytorch_model.bin, tf_model.h5, onnx/) are not read.',
    )
  const shards = new Set(parseSafetensorsIndex(index, { file: indexFile }).values())
  return Promise.all(
    [...shards].map(async (shard) => {
      const file = await source.open(shard, options)
      if (file) return file
      throw new BertEmbedError('FILE_NOT_FOUND', `${source.name} has no ${shard}, which ${indexFile} names.`)
    }),
  )
}
