/**
 * Checks a file while it is downloaded, with hashes of its pieces: the runtime's SHA-256 takes only a whole buffer, and
 * a model is too large for one.
 */

import { BertEmbedError } from '../../errors.js'
import { freeMemory } from '../../free-memory.js'
import { type PackedFile, pieceBytes } from './pack.js'

/**
 * Passes the chunks of a file on, and throws if they are not those of the file. Without `crypto.subtle`, which pages on
 * plain http do not have, only the length is checked.
 *
 * @throws {BertEmbedError} `DAMAGED_DOWNLOAD`
 */
export async function* checkPieces(
  chunks: AsyncIterable<Uint8Array>,
  { path, byteLength, pieces }: PackedFile,
): AsyncGenerator<Uint8Array, void, undefined> {
  const piece = new Uint8Array(Math.min(pieceBytes, byteLength))
  let received = 0
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; ) {
      const start = received % pieceBytes
      if (received === byteLength) throw damaged(path, `has more than ${byteLength} bytes`)
      const part = chunk.subarray(at, at + Math.min(pieceBytes - start, byteLength - received))
      piece.set(part, start)
      at += part.byteLength
      received += part.byteLength
      if (received % pieceBytes === 0 || received === byteLength) {
        const index = Math.floor((received - 1) / pieceBytes)
        const hash = await sha256(piece.subarray(0, received - index * pieceBytes))
        if (hash !== undefined && hash !== pieces[index])
          throw damaged(path, `has other bytes than config.json states before byte ${received}`)
      }
    }
    yield chunk
  }
  freeMemory([piece.buffer])
  if (received < byteLength) throw damaged(path, `has ${received} bytes instead of ${byteLength}`)
}

export function damaged(path: string, what: string): BertEmbedError {
  return new BertEmbedError(
    'DAMAGED_DOWNLOAD',
    `${path} ${what}: was the whole pack copied to the server, as binary files?`,
  )
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const digest = await globalThis.crypto?.subtle?.digest('SHA-256', bytes)
  return digest && Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
