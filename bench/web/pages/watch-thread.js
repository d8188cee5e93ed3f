/** How long the page's thread was busy without a pause: what a user feels when scrolling or typing. */

const timerMs = 5

/**
 * Watches until `stop()`, which says in ms the longest task, the longest wait for a timer and the one that 99 of 100
 * stay below, and the longest wait for a frame.
 */
export function watchThread() {
  const longest = { taskMs: 0, frameMs: 0 }
  const countTasks = (entries) => {
    for (const { duration } of entries) longest.taskMs = Math.max(longest.taskMs, duration)
  }
  const observer = new PerformanceObserver((list) => countTasks(list.getEntries()))
  // Chromium reports tasks from 50 ms on; the timer tells of shorter ones.
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
      // A long task is reported after it, and the timer and the frame that waited for it have to come first.
      await new Promise((resolve) => setTimeout(resolve, 500))
      stopped = true
      countTasks(observer.takeRecords())
      observer.disconnect()
      waits.sort((a, b) => a - b)
      return { ...longest, timerMs: waits.at(-1), timer99Ms: waits[Math.floor(0.99 * waits.length)] }
    },
  }
}
