/** Computes the hashes of a file and of its pieces while it is written. */

import { createHash } from 'node:crypto'
import { pieceBytes } from '../loading/pack/pack.js'

export interface PieceHashes {
  /** Passes the chunks on. */
  pass(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  /** The SHA-256 of all bytes and of each piece, in hexadecimal. */
  finish(): { readonly sha256: string; readonly pieces: readonly string[] }
}

export function createPieceHashes(): PieceHashes {
  const whole = createHash('sha256')
  const pieces: string[] = []
  let piece = createHash('sha256')
  let filled = 0
  const endPiece = () => {
    pieces.push(piece.digest('hex'))
    piece = createHash('sha256')
    filled = 0
  }
  return {
    async *pass(chunks) {
      for await (const chunk of chunks) {
        whole.update(chunk)
        for (let at = 0; at < chunk.byteLength; ) {
          const part = chunk.subarray(at, at + pieceBytes - filled)
          piece.update(part)
          at += part.byteLength
          filled += part.byteLength
          if (filled === pieceBytes) endPiece()
        }
        yield chunk
      }
    },
    finish() {
      if (filled > 0) endPiece()
      return { sha256: whole.digest('hex'), pieces }
    },
  }
}
