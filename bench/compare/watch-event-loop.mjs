/** Measures how long the event loop is blocked: the longest delay of a timer. */

const intervalMs = 2

/** Starts the measurement. `stop()` resolves to the longest stall in milliseconds. */
export function watchEventLoop() {
  let longest = 0
  let last = performance.now()
  const tick = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last - intervalMs)
    last = now
  }
  const timer = setInterval(tick, intervalMs)
  return {
    async stop() {
      // Waits for one more tick, which notices a stall that lasts to the end.
      await new Promise((resolve) => setTimeout(resolve, 2 * intervalMs))
      clearInterval(timer)
      tick()
      return longest
    },
  }
}
