/** Runs asynchronous work once. */

/** Calls `work` at the first call, and returns its result at all. A failure is not kept: the next call tries again. */
export function keepResult<Input, Result>(
  work: (input: Input) => Promise<Result>,
): (input: Input) => Promise<Result> {
  let result: Promise<Result> | undefined
  return (input) => {
    result ??= work(input).catch((error) => {
      result = undefined
      throw error
    })
    return result
  }
}
