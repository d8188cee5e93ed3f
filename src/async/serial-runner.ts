/** One piece of work after the other. */

/** Starts what it is given once all that was given before has ended, well or badly, and returns its result. */
type Turns = <T>(run: () => Promise<T>) => Promise<T>

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  return (run) => {
    const result = last.then(run)
    last = result.catch(() => {})
    return result
  }
}
