/** Reads small tensors as float32 arrays, for the layers that run in JavaScript. */

import { BertEmbedError } from '../../errors.js'
import { checkWeight } from '../../model/weights.js'
import {
  fileNotFound,
  type ModelFile,
  type ModelSource,
  type OpenOptions,
} from '../../sources/model-source.js'
import { readTensors } from './published-weights.js'

const weightsFile = 'model.safetensors'

/**
 * Reads the tensors of `model.safetensors` that `shapes` names.
 *
 * @throws {BertEmbedError} `FILE_NOT_FOUND`, `INVALID_SAFETENSORS`, `MISSING_TENSOR`, `INVALID_WEIGHTS`, and the
 *   source's errors.
 */
export async function readTensorValues(
  source: ModelSource,
  shapes: Readonly<Record<string, readonly number[]>>,
  {
    folder,
    ...options
  }: OpenOptions & { /** The source's folder in error messages. */ readonly folder: string },
): Promise<Readonly<Record<string, Float32Array>>> {
  const file = await source.open(weightsFile, options)
  if (!file)
    throw fileNotFound(source, `${folder}/${weightsFile}; weights in pytorch_model.bin are not read.`)
  const tensors = await readTensors([{ ...file, path: `${folder}/${weightsFile}` }])
  const values: Record<string, Float32Array> = {}
  for (const [name, shape] of Object.entries(shapes)) {
    const tensor = tensors.get(name)
    if (!tensor) throw new BertEmbedError('MISSING_TENSOR', `${folder}/${weightsFile} has no tensor ${name}.`)
    checkWeight(tensor, shape)
    values[name] = await readValues(file, tensor)
  }
  return values
}

async function readValues(
  file: ModelFile,
  {
    dtype,
    byteOffset,
    byteLength,
  }: { readonly dtype: string; readonly byteOffset: number; readonly byteLength: number },
): Promise<Float32Array> {
  // A copy: typed arrays have to start at a multiple of their size.
  const { buffer } = (await file.read(byteOffset, byteOffset + byteLength)).slice()
  if (dtype === 'F32') return new Float32Array(buffer)
  // Imported on demand: the layers of most models are float32.
  const { widenBfloat16, widenFloat16 } = await import('../../model/conversion/half-floats.js')
  const bits = new Uint16Array(buffer)
  const values = new Float32Array(bits.length)
  if (dtype === 'BF16') widenBfloat16(bits, values)
  else widenFloat16(bits, values)
  return values
}
