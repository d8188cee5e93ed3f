/** Checkpoints with a few channels far larger than the others, as in trained BERTs. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Returns a checkpoint's files with three channels of every LayerNorm but the last scaled by `factor`. The last one is not
 * scaled, because these channels would then dominate every cosine.
 */
export function filesWithOutliers(directory, factor) {
  const names = readdirSync(directory, { recursive: true }).filter((name) =>
    /\.(json|txt|safetensors)$/.test(name),
  )
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name))]))
  const bytes = files['model.safetensors']
  const headerEnd = 8 + Number(bytes.readBigUInt64LE(0))
  const tensors = Object.entries(JSON.parse(bytes.subarray(8, headerEnd)))
  const gains = tensors.filter(([name]) => /LayerNorm\.(?:weight|gamma)$/.test(name))
  const layers = gains.map(([name]) => Number(/layer\.(\d+)/.exec(name)?.[1] ?? -1))
  const last = `layer.${Math.max(...layers)}.output`
  for (const [
    name,
    {
      data_offsets: [start],
      shape,
    },
  ] of gains) {
    if (name.includes(last)) continue
    for (const channel of [7 % shape[0], 300 % shape[0], 381 % shape[0]]) {
      const at = headerEnd + start + 4 * channel
      bytes.writeFloatLE(factor * bytes.readFloatLE(at), at)
    }
  }
  return files
}
