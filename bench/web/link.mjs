/** A simulated network link: all responses together are sent at its rate. Chromium's own throttling would include the model. */

import { setTimeout as wait } from 'node:timers/promises'

const chunkBytes = 16 * 1024
/** A late timer delays a chunk by a millisecond or more. The link catches up as much as this. */
const catchUpMs = 20

/** `send(content)` yields the chunks of a response, when the link has carried them. */
export function createLink(megabitsPerSecond) {
  const bytesPerMs = (megabitsPerSecond * 1e3) / 8
  let freeAt = 0
  return {
    async *send(content) {
      for (let start = 0; start < content.byteLength; start += chunkBytes) {
        const chunk = content.subarray(start, start + chunkBytes)
        const now = performance.now()
        freeAt = Math.max(freeAt, now - catchUpMs) + chunk.byteLength / bytesPerMs
        if (freeAt > now) await wait(freeAt - now)
        yield chunk
      }
    },
  }
}
