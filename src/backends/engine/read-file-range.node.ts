/** Reads ranges of model files, also in a worker thread, where a file on disk is known by its path only. */

import { open } from 'node:fs/promises'
import type { ModelFile } from '../../sources/model-source.js'

export async function readFileRange(file: ModelFile, start: number, end: number): Promise<Uint8Array> {
  if (file.content.type !== 'path') return file.read(start, end)
  const handle = await open(file.content.path)
  try {
    const bytes = new Uint8Array(end - start)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
