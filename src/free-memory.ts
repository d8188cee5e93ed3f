/** Frees the memory of ArrayBuffers immediately. */

/**
 * Frees buffers that are no longer used. Their views are empty afterwards. The garbage collector would let a hundred
 * megabytes and more accumulate, and a thread that is only waiting does not collect at all. Buffers that cannot be
 * transferred are left to it: those of WebAssembly, and all buffers in workerd.
 */
export function freeMemory(buffers: readonly ArrayBuffer[]): void {
  const { port1, port2 } = new MessageChannel()
  try {
    port1.postMessage(undefined, [...buffers]) // closing the channel frees the transferred buffers
  } catch {}
  port1.close()
  port2.close()
}
