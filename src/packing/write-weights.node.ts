/** Converts a model's weights to one form, and writes them into files that are named by their content. */

import { rename } from 'node:fs/promises'
import { planEncoder } from '../engine/plan-encoder.js'
import { ownGraphModel } from '../loading/onnx/own-graph-model.js'
import type { PackedFile } from '../loading/pack/pack.js'
import { type LoadedWeights, openWeightFiles, readTensors } from '../loading/weights/published-weights.js'
import { convertFile } from '../model/conversion/converted-file.js'
import { traceEncoder } from '../model/conversion/encoder-trace.js'
import { type ConvertedDtype, createConvertedWeights } from '../model/conversion/read-converted-file.js'
import type { Encoder } from '../model/encoder.js'
import { openFile } from '../sources/disk-file.node.js'
import type { ModelSource } from '../sources/model-source.js'
import { inFolder } from './encoder-folder.js'
import type { WritePackOptions } from './pack-options.js'
import { createPieceHashes } from './piece-hashes.node.js'
import type { Staging } from './staging.node.js'

/** A written file. Its path is the one in the encoder's folder. */
export interface WrittenWeights extends PackedFile {
  readonly form: ConvertedDtype
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string
}

export interface WriteWeightsContext extends Pick<WritePackOptions, 'signal' | 'onProgress'> {
  readonly encoder: Encoder
  readonly form: ConvertedDtype
  /** The folder of the encoder's files within the model. */
  readonly encoderFolder: string
  readonly staging: Staging
}

/**
 * Writes one file for each file of the original. The bytes are those that loading the original would keep in its cache.
 *
 * @param encoderFiles The source of the encoder's files.
 * @throws {BertEmbedError} the errors of loading converted weights, such as `FILE_NOT_FOUND` and `MISSING_TENSOR`.
 */
export async function writeWeights(
  encoderFiles: ModelSource,
  { encoder, form, encoderFolder, staging, ...options }: WriteWeightsContext,
): Promise<readonly WrittenWeights[]> {
  const trace = traceEncoder(encoder)
  const written: WrittenWeights[] = []
  const files = await openWeightFiles(encoderFiles, options, async (path) => {
    const original = await encoderFiles.open(path, options)
    if (!original) return undefined
    const { byteLength, chunks } = await convertFile(original, { trace, dtype: form })
    const stem = path.replace(/\.safetensors$/, `.${form}`)
    const temporary = inFolder(encoderFolder, stem)
    const hashes = createPieceHashes()
    await staging.write(temporary, reported(hashes.pass(chunks), `${stem}.safetensors`, byteLength, options))
    const { sha256, pieces } = hashes.finish()
    const name = `${stem}.${sha256.slice(0, 8)}.safetensors`
    const final = staging.locate(inFolder(encoderFolder, name))
    await rename(staging.locate(temporary), final)
    written.push({ form, path: name, byteLength, sha256, pieces })
    return openFile(name, final)
  })
  const weights = createConvertedWeights(await readTensors(files))
  checkLoadable(encoder, { files, weights, dtype: form })
  written.sort((a, b) => (a.path < b.path ? -1 : 1)) // shards finish in any order
  for (const { path, byteLength } of written) staging.add({ path: inFolder(encoderFolder, path), byteLength })
  return written
}

/** Makes what a backend would get, without running it. @throws {BertEmbedError} `MISSING_TENSOR`, `INVALID_WEIGHTS` */
function checkLoadable(encoder: Encoder, loaded: LoadedWeights): void {
  if (loaded.dtype === 'q8-rows' || loaded.dtype === 'fp16') planEncoder(encoder, loaded.weights)
  else ownGraphModel(encoder, loaded, { device: undefined, maxPooling: false }).toBytes((path) => path)
}

async function* reported(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  totalBytes: number,
  { onProgress }: Pick<WritePackOptions, 'onProgress'>,
) {
  let writtenBytes = 0
  for await (const chunk of chunks) {
    yield chunk
    writtenBytes += chunk.byteLength
    onProgress?.({ type: 'pack', file, writtenBytes, totalBytes })
  }
}
