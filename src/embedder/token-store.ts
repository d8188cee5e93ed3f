/** Where the tokens of many texts wait for the model, in little memory. */

/** Keeps what it is given, and returns a view of it. */
export type TokenStore = (ids: Int32Array) => Int32Array

/** Ids of a buffer, 64 KB: hundreds of texts, and little to hold on to until the last of them is done. */
const mostIdsPerBuffer = 16_384

/**
 * Copies ids into buffers that many texts share: 10,000 texts with two buffers each, for ids and types, made a process
 * peak 8 MB higher. Buffers grow, so that a single text takes no more than it needs.
 */
export function createTokenStore(): TokenStore {
  let buffer = new Int32Array(0)
  let used = 0
  return (ids) => {
    if (used + ids.length > buffer.length) {
      buffer = new Int32Array(Math.max(ids.length, Math.min(2 * buffer.length, mostIdsPerBuffer)))
      used = 0
    }
    const start = used
    used += ids.length
    buffer.set(ids, start)
    return buffer.subarray(start, used)
  }
}
