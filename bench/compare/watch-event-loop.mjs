/** How long the event loop stands still: the longest time that a timer is late. */

const intervalMs = 2

/** Starts to watch; `stop()` resolves to the longest stall in milliseconds. */
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
      // A stall that lasts to the end is seen by the tick after it.
      await new Promise((resolve) => setTimeout(resolve, 2 * intervalMs))
      clearInterval(timer)
      tick()
      return longest
    },
  }
}
