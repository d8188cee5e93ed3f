/**
 * Files by the hash of their content, as the Hugging Face cache keeps them in `blobs/`. A download that is cut leaves
 * `<hash>.bert-embed.incomplete`, from which the next one goes on.
 *
 * The name tells it from Python's `<hash>.<8 digits>.incomplete`, which belong to a process that may be at work. `hf cache prune`
 * removes both.
 */

import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BertEmbedError } from '../../errors.js'
import { type ContentHash, createContentHash, hasContent } from './content-hash.node.js'
import type { ChunksFrom, FileFacts } from './model-cache.js'
import { isSystemError } from './replace-file.node.js'

/** The file to be at `blob`, and what it is. */
export interface BlobPlace extends FileFacts {
  readonly blob: string
  /** What errors call it. */
  readonly path: string
}

/**
 * Makes sure that the file is at `blob`, whole: by what is there already, by the rest of a download, or by all of it. Only one
 * process at a time may do this.
 *
 * @returns whether it was not there before.
 * @throws {BertEmbedError} `DAMAGED_DOWNLOAD` when what comes has another hash, and what the chunks throw.
 */
export async function ensureBlob(place: BlobPlace, chunksFrom: ChunksFrom): Promise<boolean> {
  if (await hasContent(place.blob, place)) return false
  await mkdir(dirname(place.blob), { recursive: true })
  const partial = `${place.blob}.bert-embed.incomplete`
  const size = (await stat(partial).catch(() => undefined))?.size ?? 0
  const isResumable = size > 0 && size <= (place.byteLength ?? 0)
  // What is left of a download may be damaged, by a power cut for one. The whole file cannot be.
  if (!isResumable || !(await fill(partial, place, chunksFrom, size))) {
    await rm(partial, { force: true })
    await fill(partial, place, chunksFrom, 0)
  }
  await rename(partial, place.blob)
  return true
}

/** Whether the file is whole at the end; one that was empty at the start and is not whole is an error. */
async function fill(
  partial: string,
  place: BlobPlace,
  chunksFrom: ChunksFrom,
  start: number,
): Promise<boolean> {
  const hash = createContentHash(place.path, place)
  for await (const chunk of start > 0 ? createReadStream(partial) : []) hash.update(chunk)
  try {
    // Of a download that was whole before it got its name nothing is to be asked for.
    if (start === 0 || start !== place.byteLength)
      await append(partial, { start, hash, chunks: chunksFrom(start) })
    hash.finish()
    return true
  } catch (error) {
    const isDamaged = error instanceof BertEmbedError && error.code === 'DAMAGED_DOWNLOAD'
    // A full disk gets its room back. After anything else, such as a cut, the rest can be asked for.
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

/** By positions, not at the end: should two processes be at it after all, they write the same bytes to the same places. */
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
