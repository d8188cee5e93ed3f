/** A file that is read while it is downloaded, without storing it. */

import { BertEmbedError } from '../../errors.js'
import type { OriginalFile } from '../model-source.js'

/**
 * Creates a file over `chunks`, the first of which begins at byte `position`. Bytes can only be read forwards, each at
 * most once; `read` skips the bytes before its start. Its result is valid until the next `read`.
 *
 * @throws {BertEmbedError} from `read`: `READ_FAILED` if the chunks end too early, and the errors of the chunks.
 */
export function forwardFile(
  path: string,
  byteLength: number,
  chunks: AsyncIterable<Uint8Array>,
  position = 0,
): OriginalFile & Required<Pick<OriginalFile, 'close'>> {
  const iterator = chunks[Symbol.asyncIterator]()
  let chunk = new Uint8Array()
  let memory = new ArrayBuffer(0)

  async function take(into: Uint8Array | undefined, count: number): Promise<void> {
    for (let taken = 0; taken < count; ) {
      if (chunk.byteLength === 0) {
        const { done, value } = await iterator.next()
        if (done)
          throw new BertEmbedError('READ_FAILED', `${path} ends at byte ${position} of ${byteLength}.`)
        chunk = value as Uint8Array<ArrayBuffer>
      }
      const part = chunk.subarray(0, count - taken)
      into?.set(part, taken)
      chunk = chunk.subarray(part.byteLength)
      taken += part.byteLength
      position += part.byteLength
    }
  }
  return {
    path,
    byteLength,
    async read(start, end) {
      if (start < position)
        throw new RangeError(`${path} can only be read forwards, and byte ${start} has been passed.`)
      await take(undefined, start - position)
      if (memory.byteLength < end - start) memory = new ArrayBuffer(end - start)
      const bytes = new Uint8Array(memory, 0, end - start)
      await take(bytes, bytes.byteLength)
      // The request after the last chunk makes a download report progress and check its length.
      if (end === byteLength) await iterator.next()
      return bytes
    },
    async close() {
      await iterator.return?.()
    },
  }
}
