/** Reads `model.safetensors.index.json`, which says in which shard each tensor lies. */

import { isJsonObject } from '../../checks/json.js'
import { BertEmbedError, describe } from '../../errors.js'

/**
 * One segment of a shard's path. Besides separators of any system it may not hold what a URL or Windows would
 * read as something else (`:`, `%`, `?`, `#`), nor begin with a dot: `..` is one that does.
 */
const safeSegment = /^[^.\s/\\:%?#\p{Cc}][^/\\:%?#\p{Cc}]*$/u

/**
 * Tensor name -> shard file name, relative to the index. Shards outside the model's own directory are refused.
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
      `${file}: weight_map is missing, empty or no object of tensor names and file names. Download the file again.`,
    )
  const shards = Object.entries(weightMap).map(([tensor, shard]): [string, string] => {
    if (!isShardPath(shard))
      throw new BertEmbedError(
        'INVALID_SAFETENSORS',
        `${file}: weight_map has tensor ${describe(tensor)} in ${describe(shard)}; a shard is a .safetensors file beside the index.`,
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
