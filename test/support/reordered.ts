/** Checkpoints whose tensors are stored in a different order. */

import { parseSafetensorsHeader, type SafetensorsTensor } from '../../src/model/safetensors/safetensors.js'
import { writeSafetensorsHeader } from '../../src/model/safetensors/safetensors-writer.js'

/** Returns the files of a checkpoint with the tensors sorted by `rank`, smallest first. */
export function reordered(
  files: Readonly<Record<string, Uint8Array>>,
  rank: (tensor: SafetensorsTensor) => number,
): Record<string, Uint8Array> {
  const bytes = files['model.safetensors']!
  const headerEnd = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const info = { file: 'model.safetensors', fileByteLength: bytes.byteLength }
  const { tensors } = parseSafetensorsHeader(bytes.subarray(8, headerEnd), info)
  const sorted = [...tensors.values()].sort((a, b) => rank(a) - rank(b))
  const { header, byteLength } = writeSafetensorsHeader(sorted, {})
  const all = new Uint8Array(byteLength)
  all.set(header)
  let position = header.byteLength
  for (const tensor of sorted) {
    all.set(bytes.subarray(tensor.byteOffset, tensor.byteOffset + tensor.byteLength), position)
    position += tensor.byteLength
  }
  return { ...files, 'model.safetensors': all }
}
