/**
 * Stores files by the hash of their content, in the folder `blobs/` of the Hugging Face cache. An interrupted download
 * leaves the file `<hash>.bert-embed.incomplete`, and the next download continues it.
 *
 * Python's partial files are called `<hash>.<8 digits>.incomplete`. They are left alone, because a running process may
 * be writing them. `hf cache prune` removes both kinds.
 */

import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BertEmbedError } from '../../errors.js'
import { makeFolder } from '../make-folder.node.js'
import { type ContentHash, createContentHash, hasContent } from './content-hash.node.js'
import type { ChunksFrom, FileFacts } from './model-cache.js'
import { isSystemError } from './replace-file.node.js'

/** A file to store as a blob, with its expected length and hash. */
export interface BlobFile extends FileFacts {
  /** Where the blob is stored. */
  readonly blob: string
  /** The file's name in error messages. */
  readonly path: string
}

/**
 * Makes sure that the complete file is stored at `blob`. Downloads the missing part if a partial file exists, and
 * nothing if the blob exists. The caller must hold the blob's lock.
 *
 * @returns whether the blob is new.
 * @throws {BertEmbedError} `DAMAGED_DOWNLOAD` if the downloaded file has another hash, and the errors of the chunks.
 */
export async function ensureBlob(file: BlobFile, chunksFrom: ChunksFrom): Promise<boolean> {
  if (await hasContent(file.blob, file)) return false
  await makeFolder(dirname(file.blob))
  const partial = `${file.blob}.bert-embed.incomplete`
  const size = (await stat(partial).catch(() => undefined))?.size ?? 0
  const isResumable = size > 0 && size <= (file.byteLength ?? 0)
  // A partial file may be damaged, for example by a power cut. Then the file is downloaded again from its start.
  if (!isResumable || !(await complete(partial, file, chunksFrom, size))) {
    await rm(partial, { force: true })
    await complete(partial, file, chunksFrom, 0)
  }
  await rename(partial, file.blob)
  return true
}

/**
 * Downloads the bytes from `start` on into the partial file, and checks the hash of the whole file. Returns `false` if
 * the bytes before `start` were damaged.
 */
async function complete(
  partial: string,
  file: BlobFile,
  chunksFrom: ChunksFrom,
  start: number,
): Promise<boolean> {
  const hash = createContentHash(file.path, file)
  for await (const chunk of start > 0 ? createReadStream(partial) : []) hash.update(chunk)
  try {
    // If the partial file already has all bytes, only its final name was missing.
    if (start === 0 || start !== file.byteLength)
      await append(partial, { start, hash, chunks: chunksFrom(start) })
    hash.finish()
    return true
  } catch (error) {
    const isDamaged = error instanceof BertEmbedError && error.code === 'DAMAGED_DOWNLOAD'
    // After an error of the file system, such as a full disk, the space is freed. Otherwise the next download can
    // resume.
    if (isDamaged || isSystemError(error)) await rm(partial, { force: true }).catch(() => {})
    if (isDamaged && start > 0) return false
    throw error
  }
}

interface Part {
  readonly start: number
  readonly hash: ContentHash
  readonly chunks: AsyncIterable<Uint8Array>
}

/**
 * Writes at explicit positions: if two processes write the file after all, they write the same bytes at the same
 * positions.
 */
async function append(partial: string, { start, hash, chunks }: Part): Promise<void> {
  const handle = await open(partial, start > 0 ? 'r+' : 'w')
  try {
    let position = start
    for await (const chunk of chunks) {
      hash.update(chunk)
      for (let written = 0; written < chunk.byteLength; ) {
        const { bytesWritten } = await handle.write(chunk, written, chunk.byteLength - written, position)
        written += bytesWritten
        position += bytesWritten
      }
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
}
