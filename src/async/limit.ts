/** Runs at most a number of async functions at the same time. */

/** Starts a function as soon as fewer than `max` are running, and returns its result. */
type Limit = <T>(run: () => Promise<T>) => Promise<T>

export function createLimit(max: number): Limit {
  let free = max
  const waiting: (() => void)[] = []
  return async (run) => {
    if (free > 0) free--
    else await new Promise<void>((start) => waiting.push(start))
    try {
      return await run()
    } finally {
      const startNext = waiting.shift()
      if (startNext) startNext()
      else free++
    }
  }
}
