/** Reads ranges of model files, also in a worker thread, where a file on disk is known by its path only. */

import { readRange } from '../../sources/disk-file.node.js'
import type { ModelFile } from '../../sources/model-source.js'

export function readFileRange(file: ModelFile, start: number, end: number): Promise<Uint8Array> {
  return file.content.type === 'path' ? readRange(file.content.path, start, end) : file.read(start, end)
}
