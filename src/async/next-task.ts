/** Yields to the event loop, so that timers, input and rendering run between two parts of a long computation. */

/** Resolves in a new task. It posts a message, because nested timers wait at least 4 ms. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
