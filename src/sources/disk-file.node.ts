/** Opens files on disk. */

import { open, realpath, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { BertEmbedError } from '../errors.js'
import type { ModelFile } from './model-source.js'

/**
 * Resolves a path within a folder. File names come from the Hub and from shard indexes, and must not leave the folder.
 *
 * @throws {BertEmbedError} `READ_FAILED`
 */
export function pathWithin(folder: string, path: string): string {
  const absolute = resolve(folder, path)
  if (absolute.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return absolute
  throw new BertEmbedError('READ_FAILED', `The path ${path} leaves the folder ${folder}.`)
}

/** Opens a file on disk. Returns `undefined` if it does not exist. */
export async function openFile(path: string, absolute: string): Promise<ModelFile | undefined> {
  try {
    const realPath = await realpath(absolute)
    const status = await stat(realPath)
    if (!status.isFile()) return undefined
    return {
      path,
      byteLength: status.size,
      content: { type: 'path', path: realPath },
      read: (start, end) => readRange(realPath, start, end),
    }
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw new BertEmbedError('READ_FAILED', `Cannot read ${absolute}: ${(cause as Error).message}`, { cause })
  }
}

/** Reads a range of a file on disk. @throws {BertEmbedError} `READ_FAILED` */
export async function readRange(path: string, start: number, end: number): Promise<Uint8Array> {
  const handle = await open(path).catch((cause: Error) => {
    throw new BertEmbedError('READ_FAILED', `Cannot read ${path}: ${cause.message}`, { cause })
  })
  try {
    const bytes = new Uint8Array(end - start)
    let filled = 0
    while (filled < bytes.byteLength) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.byteLength - filled, start + filled)
      if (bytesRead === 0)
        throw new BertEmbedError(
          'READ_FAILED',
          `${path} ends at byte ${start + filled}, before byte ${end}: it was shortened while being read.`,
        )
      filled += bytesRead
    }
    return bytes
  } finally {
    await handle.close()
  }
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}
