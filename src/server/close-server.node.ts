/** Closes an HTTP server without losing a request that it has taken. */

import type { Server } from 'node:http'

/** The longest time of Node's timers, 24 days. A longer one would end at once. */
const maxTimerMs = 2 ** 31 - 1

/**
 * Returns the function that closes the server when all requests are answered.
 *
 * `server.close` alone would also wait for connections that a client keeps open without a request.
 */
export function prepareClose(
  server: Server,
): (options: { readonly timeoutMs: number }) => Promise<{ readonly isComplete: boolean }> {
  let requests = 0
  let onAnswered = () => {}
  server.on('request', (_, response) => {
    requests++
    response.once('close', () => {
      requests--
      if (requests === 0) onAnswered()
    })
  })

  return async ({ timeoutMs }) => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    let isComplete = true
    const timeout = setTimeout(
      () => {
        isComplete = false
        server.closeAllConnections()
      },
      Math.min(timeoutMs, maxTimerMs),
    )
    // The connection of the last answer closes by itself.
    onAnswered = () => setImmediate(() => server.closeAllConnections())
    if (requests === 0) onAnswered()
    await closed
    clearTimeout(timeout)
    return { isComplete }
  }
}
