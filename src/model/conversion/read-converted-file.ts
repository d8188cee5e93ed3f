/**
 * Reads a file of converted weights. A separate file from the conversion, so that a page with a packed model does not
 * load the conversion.
 *
 * The last tensor, `seal`, is a checksum of the header. If it matches, the file was written completely.
 */

import { BertEmbedError } from '../../errors.js'
import { readSafetensorsHeader, type SafetensorsFile } from '../safetensors/safetensors.js'
import { missingTensor, type Weights, type WeightTensor } from '../weights.js'

/** The dtypes that weights are converted to: `q8`, `q8-blocks` and `q8-rows` are q8 for different kernels. */
export type ConvertedDtype = 'fp32' | 'fp16' | 'q8' | 'q8-blocks' | 'q8-rows'

/** Version of the format. When it is raised, kept files of older versions are ignored and made anew. */
export const convertedFileVersion = 2

const checksumName = 'seal'
const checksumBytes = 8

/** The last tensor of a file. */
export const checksumEntry = { name: checksumName, dtype: 'U8', shape: [checksumBytes] } as const

/** Whether a kept file was written completely, by this library, with this dtype and version. */
export async function isConvertedFile(file: SafetensorsFile, dtype: ConvertedDtype): Promise<boolean> {
  try {
    const { tensors, metadata } = await readSafetensorsHeader(file)
    const checksum = tensors.get(checksumName)
    const expected = metadataOf(dtype)
    if (!checksum || Object.entries(expected).some(([key, value]) => metadata[key] !== value)) return false
    const dataStart = Math.min(...Array.from(tensors.values(), ({ byteOffset }) => byteOffset))
    const header = await file.read(0, dataStart)
    const bytes = await file.read(checksum.byteOffset, checksum.byteOffset + checksum.byteLength)
    return checksumOf(header).every((byte, index) => byte === bytes[index])
  } catch (error) {
    if (error instanceof BertEmbedError && error.code === 'INVALID_SAFETENSORS') return false
    throw error
  }
}

/**
 * Finds the tensors of converted files by parameter name.
 *
 * @param tensors Tensors of files that this library wrote, so their dtypes need no check.
 */
export function createConvertedWeights(tensors: ReadonlyMap<string, WeightTensor>): Weights {
  return {
    get(name, shape) {
      const tensor = tensors.get(name)
      if (!tensor) throw missingTensor(name, tensors)
      if (`${tensor.shape}` === `${shape}`) return tensor
      throw new BertEmbedError(
        'INVALID_WEIGHTS',
        `${tensor.file}: ${name} has shape [${tensor.shape.join(', ')}] after quantisation, not [${shape.join(', ')}].`,
      )
    },
    has: (name) => tensors.has(name),
  }
}

/** The metadata of a file's header. */
export function metadataOf(dtype: ConvertedDtype): Record<string, string> {
  return { producer: 'bert-embed', dtype, version: `${convertedFileVersion}` }
}

/** Two FNV-1a hashes of the header, with different start values (http://www.isthe.com/chongo/tech/comp/fnv/). */
export function checksumOf(header: Uint8Array): Uint8Array {
  const hash = (basis: number) => header.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), basis)
  const checksum = new DataView(new ArrayBuffer(checksumBytes))
  checksum.setInt32(0, hash(0x811c9dc5), true)
  checksum.setInt32(4, hash(0), true)
  return new Uint8Array(checksum.buffer)
}
