/** Measures how long the page's thread is blocked, which users notice when they scroll or type. */

const timerMs = 5

/**
 * Measures until `stop()`, which returns in ms: the longest task, the longest delay of a timer and its 99th percentile, and the
 * longest wait for a frame.
 */
export function watchThread() {
  const longest = { taskMs: 0, frameMs: 0 }
  const countTasks = (entries) => {
    for (const { duration } of entries) longest.taskMs = Math.max(longest.taskMs, duration)
  }
  const observer = new PerformanceObserver((list) => countTasks(list.getEntries()))
  // Chromium reports tasks of at least 50 ms. The timer notices shorter ones.
  observer.observe({ type: 'longtask' })

  const waits = []
  let stopped = false
  let lastTimer = performance.now()
  let lastFrame = lastTimer
  const onTimer = () => {
    const now = performance.now()
    waits.push(now - lastTimer - timerMs)
    lastTimer = now
    if (!stopped) setTimeout(onTimer, timerMs)
  }
  const onFrame = (now) => {
    longest.frameMs = Math.max(longest.frameMs, now - lastFrame)
    lastFrame = now
    if (!stopped) requestAnimationFrame(onFrame)
  }
  setTimeout(onTimer, timerMs)
  requestAnimationFrame(onFrame)

  return {
    async stop() {
      // Waits for the report of the last long task, and for the timer and the frame that it delayed.
      await new Promise((resolve) => setTimeout(resolve, 500))
      stopped = true
      countTasks(observer.takeRecords())
      observer.disconnect()
      waits.sort((a, b) => a - b)
      return { ...longest, timerMs: waits.at(-1), timer99Ms: waits[Math.floor(0.99 * waits.length)] }
    },
  }
}
