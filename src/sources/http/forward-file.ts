/** A download as a file that is read forwards: nothing of it is kept. */

import { BertEmbedError } from '../../errors.js'
import type { OriginalFile } from '../model-source.js'

/**
 * A file over `chunks`, which begin at the byte `position`. Each byte can be read at most once, in order: `read` skips what
 * lies before its start. What it gives is there until the next `read`.
 *
 * @throws {BertEmbedError} from `read`: `READ_FAILED` when the chunks end too early, and what they throw.
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
      if (start < position) throw new RangeError(`${path} is read forwards: byte ${start} has gone by.`)
      await take(undefined, start - position)
      if (memory.byteLength < end - start) memory = new ArrayBuffer(end - start)
      const bytes = new Uint8Array(memory, 0, end - start)
      await take(bytes, bytes.byteLength)
      // A download reports its last chunk, and checks its length, when it is asked for more.
      if (end === byteLength) await iterator.next()
      return bytes
    },
    async close() {
      await iterator.return?.()
    },
  }
}
