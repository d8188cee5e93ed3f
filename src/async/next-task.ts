/** Lets the event loop turn: timers, input and rendering come between two stretches of work. */

/** Resolves in a task of its own. A message, because timers wait at least 4 ms when they follow each other. */
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
