/** Tracks running calls, so that resources that they use are released after they end. */

export interface CallsInFlight {
  /** Tracks a call until it resolves or rejects, and returns it. */
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
