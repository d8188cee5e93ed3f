/** Calls that have not ended yet: what they use is released after them. */

export interface CallsInFlight {
  /** Counts a call until it ends, well or badly, and returns it. */
  track<T>(call: Promise<T>): Promise<T>
  /** Resolves when every call tracked so far has ended. */
  settled(): Promise<void>
}

export function createCallsInFlight(): CallsInFlight {
  const calls = new Set<Promise<void>>()
  return {
    track(call) {
      const ended = call.then(
        () => {},
        () => {},
      )
      calls.add(ended)
      ended.finally(() => calls.delete(ended))
      return call
    },
    async settled() {
      await Promise.all(calls)
    },
  }
}
