/** Checkpoints with a few channels far larger than the others, as in trained BERTs. */

import { parseSafetensorsHeader } from '../../src/model/safetensors/safetensors.js'

/**
 * Returns a checkpoint's files with three channels of every LayerNorm but the last scaled by `factor`. The last one is not
 * scaled, because these channels would then dominate every cosine.
 */
export function withOutliers(
  files: Readonly<Record<string, Uint8Array>>,
  { factor }: { readonly factor: number },
): Record<string, Uint8Array> {
  const bytes = Uint8Array.from(files['model.safetensors']!)
  const view = new DataView(bytes.buffer)
  const headerEnd = 8 + Number(view.getBigUint64(0, true))
  const info = { file: 'model.safetensors', fileByteLength: bytes.byteLength }
  const { tensors } = parseSafetensorsHeader(bytes.subarray(8, headerEnd), info)
  const gains = [...tensors.values()].filter(({ name }) => /LayerNorm\.(?:weight|gamma)$/.test(name))
  const layers = new Set(gains.map(({ name }) => Number(/layer\.(\d+)/.exec(name)?.[1] ?? -1)))
  const last = `layer.${Math.max(...layers)}.output`
  for (const { name, byteOffset, shape } of gains) {
    if (name.includes(last)) continue
    for (const channel of [7, 20, shape[0]! - 1]) {
      const at = byteOffset + 4 * channel
      view.setFloat32(at, factor * view.getFloat32(at, true), true)
    }
  }
  return { ...files, 'model.safetensors': bytes }
}
