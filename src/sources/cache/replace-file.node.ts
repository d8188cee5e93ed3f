/** Writes files so that readers see the complete file or none. */

import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BertEmbedError } from '../../errors.js'
import { makeFolder } from '../make-folder.node.js'

/** Writes a temporary file next to `path`, then renames it. @throws the errors of `write` */
export async function replaceFile(path: string, write: (partial: string) => Promise<void>): Promise<void> {
  const partial = `${path}.${randomUUID().slice(0, 8)}.incomplete`
  await makeFolder(dirname(path))
  try {
    await write(partial)
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {}) // the first error is the one to report
    throw error
  }
}

/**
 * Writes all chunks to a new file and flushes it to disk, so that a power cut cannot leave a name without its bytes.
 */
export async function writeChunks(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    for await (const chunk of chunks) await handle.writeFile(chunk)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Runs `write`, and turns errors of the operating system into typed errors. @throws {BertEmbedError} `CACHE_FAILED` */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new BertEmbedError('CACHE_FAILED', `Cannot write ${path}: ${cause.message}`, { cause })
  }
}

/** Whether `error` comes from the operating system. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof (error as NodeJS.ErrnoException | undefined)?.syscall === 'string'
}
