/** Whether bytes are those that the Hub has: by the SHA-256 of a large file, or Git's own hash of a small one. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { BertEmbedError } from '../../errors.js'
import type { FileFacts } from './model-cache.js'

export interface ContentHash {
  update(chunk: Uint8Array): void
  /** @throws {BertEmbedError} `DAMAGED_DOWNLOAD` when the bytes so far are not those of the facts. */
  finish(): void
}

/** Takes a file's bytes in order, and compares them with what is known of the file. */
export function createContentHash(path: string, { byteLength, hash }: FileFacts): ContentHash {
  const isSha256 = hash?.length === 64
  // Git hashes a header with the length before the bytes: without the length there is nothing to compare with.
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
        `${path} came as ${count} bytes with ${isSha256 ? 'SHA-256' : "Git's SHA-1"} ${found}, ` +
          `but is ${byteLength} bytes with ${hash}: something on the way changes it, or the mirror is wrong.`,
      )
    },
  }
}

/** Passes chunks on, and looks at their hash when they have ended. */
export async function* checkChunks(path: string, facts: FileFacts, chunks: AsyncIterable<Uint8Array>) {
  const hash = createContentHash(path, facts)
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
  hash.finish()
}

/** Whether a file on disk is what is known of it; every byte is read. */
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
