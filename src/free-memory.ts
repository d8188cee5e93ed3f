/** Memory that goes at once. */

/**
 * Frees memory that nobody needs any more, all of it: views of it are empty afterwards. Left to the garbage collector,
 * a hundred megabytes and more may pile up, and a thread that only waits collects none at all. It is left to it where
 * memory cannot move: in workerd, and of WebAssembly.
 */
export function freeMemory(buffers: readonly ArrayBuffer[]): void {
  const { port1, port2 } = new MessageChannel()
  try {
    port1.postMessage(undefined, [...buffers]) // what moves into a channel that is closed is gone
  } catch {}
  port1.close()
  port2.close()
}
