/** Compares files with the hashes that the Hub lists: SHA-256 for large files, Git's blob hash for small ones. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { BertEmbedError } from '../../errors.js'
import type { FileFacts } from './model-cache.js'

export interface ContentHash {
  update(chunk: Uint8Array): void
  /** @throws {BertEmbedError} `DAMAGED_DOWNLOAD` if the bytes differ from the facts. */
  finish(): void
}

/** Hashes a file's bytes in order, and compares the result with the facts. */
export function createContentHash(path: string, { byteLength, hash }: FileFacts): ContentHash {
  const isSha256 = hash?.length === 64
  // Git's hash covers a header with the file's length. Without the length it cannot be computed while bytes arrive.
  const digest = hash && (isSha256 || byteLength !== undefined) && createHash(isSha256 ? 'sha256' : 'sha1')
  if (digest && !isSha256) digest.update(`blob ${byteLength}\0`)
  let count = 0
  return {
    update(chunk) {
      count += chunk.byteLength
      if (digest) digest.update(chunk)
    },
    finish() {
      const found = digest ? digest.digest('hex') : hash
      if (found === hash && count === (byteLength ?? count)) return
      throw new BertEmbedError(
        'DAMAGED_DOWNLOAD',
        `${path} was received as ${count} bytes with ${isSha256 ? 'SHA-256' : "Git's SHA-1"} ${found}, ` +
          `but should have ${byteLength} bytes with ${hash}: a proxy changes it, or the mirror is wrong.`,
      )
    },
  }
}

/** Passes chunks on, and checks their hash after the last one. */
export async function* checkChunks(path: string, facts: FileFacts, chunks: AsyncIterable<Uint8Array>) {
  const hash = createContentHash(path, facts)
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
  hash.finish()
}

/** Whether a file on disk exists and has the expected length and hash. Reads the whole file. */
export async function hasContent(path: string, facts: FileFacts): Promise<boolean> {
  try {
    const hash = createContentHash(path, facts)
    for await (const chunk of createReadStream(path)) hash.update(chunk)
    hash.finish()
    return true
  } catch {
    return false
  }
}
