/** Stores the tokens of many texts in few buffers until the model runs. */

/** Copies ids, and returns a view of the copy. */
export type TokenStore = (ids: Int32Array) => Int32Array

/**
 * Maximum number of ids per buffer, 64 KB: hundreds of texts, and little memory to keep until the last of them is done.
 */
const maxIdsPerBuffer = 16_384

/**
 * Copies ids into shared buffers. With two separate buffers per text, for ids and types, the peak memory of a process
 * was 8 MB higher for 10,000 texts. Buffers grow, so that a single text takes no more memory than it needs.
 */
export function createTokenStore(): TokenStore {
  let buffer = new Int32Array(0)
  let used = 0
  return (ids) => {
    if (used + ids.length > buffer.length) {
      buffer = new Int32Array(Math.max(ids.length, Math.min(2 * buffer.length, maxIdsPerBuffer)))
      used = 0
    }
    const start = used
    used += ids.length
    buffer.set(ids, start)
    return buffer.subarray(start, used)
  }
}
