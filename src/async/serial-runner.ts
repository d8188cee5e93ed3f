/** Runs async functions one at a time. */

/**
 * Starts a function when all functions given before it have ended, with or without an error, and returns its result.
 */
type SerialRunner = <T>(run: () => Promise<T>) => Promise<T>

export function createSerialRunner(): SerialRunner {
  let last: Promise<unknown> = Promise.resolve()
  return (run) => {
    const result = last.then(run)
    last = result.catch(() => {})
    return result
  }
}
