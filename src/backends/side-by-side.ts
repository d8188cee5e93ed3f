/** Several sessions of one model as one: cores that each compute a batch of their own do not wait for each other. */

import type { BackendSession } from './backend.js'

/**
 * Creates `count` sessions at once. A run goes to the session that has the fewest.
 *
 * @throws what `create` throws, when none of the sessions is left
 */
export async function createSideBySide(
  create: () => Promise<BackendSession>,
  count: number,
): Promise<BackendSession> {
  const created = await Promise.allSettled(Array.from({ length: count }, create))
  const lanes = created.flatMap((result) =>
    result.status === 'fulfilled' ? [{ session: result.value, runs: 0 }] : [],
  )
  const dispose = async () => {
    await Promise.all(lanes.map(({ session }) => session.dispose()))
  }
  const failure = created.find((result) => result.status === 'rejected')
  if (failure) {
    await dispose()
    throw failure.reason
  }
  const { device, inputNames, outputNames } = lanes[0]!.session
  return {
    device,
    inputNames,
    outputNames,
    parallelRuns: count,
    async run(inputs, outputs) {
      const lane = lanes.reduce((least, other) => (other.runs < least.runs ? other : least))
      lane.runs++
      try {
        return await lane.session.run(inputs, outputs)
      } finally {
        lane.runs--
      }
    },
    dispose,
  }
}
