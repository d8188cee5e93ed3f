/** Reads `model.safetensors.index.json`, which lists the shard of each tensor. */

import { isJsonObject } from '../../checks/json.js'
import { BertEmbedError, describe } from '../../errors.js'

/**
 * One segment of a shard's path. It contains no separator of any system and nothing that a URL or Windows would treat
 * specially (`:`, `%`, `?`, `#`). It does not begin with a dot, which excludes `..`.
 */
const safeSegment = /^[^.\s/\\:%?#\p{Cc}][^/\\:%?#\p{Cc}]*$/u

/**
 * Tensor name -> shard file name, relative to the index. Refuses shards outside the model's directory.
 *
 * @param json The parsed file.
 * @throws {BertEmbedError} `INVALID_SAFETENSORS`, naming the tensor and the shard.
 */
export function parseSafetensorsIndex(
  json: unknown,
  { file }: { readonly file: string },
): ReadonlyMap<string, string> {
  const weightMap = isJsonObject(json) ? json.weight_map : undefined
  if (!isJsonObject(weightMap) || Object.keys(weightMap).length === 0)
    throw new BertEmbedError(
      'INVALID_SAFETENSORS',
      `${file}: weight_map is missing, empty or not an object of tensor names and file names. Download the file again.`,
    )
  const shards = Object.entries(weightMap).map(([tensor, shard]): [string, string] => {
    if (!isShardPath(shard))
      throw new BertEmbedError(
        'INVALID_SAFETENSORS',
        `${file}: weight_map has tensor ${describe(tensor)} in ${describe(shard)}; a shard is a .safetensors file next to the index.`,
      )
    return [tensor, shard]
  })
  return new Map(shards)
}

function isShardPath(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.endsWith('.safetensors') &&
    value.split('/').every((segment) => safeSegment.test(segment))
  )
}
