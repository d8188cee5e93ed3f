/**
 * Combines several sessions of one model into one. Each core then computes a separate batch, so that the cores do not
 * wait for each other.
 */

import type { BackendSession } from './backend.js'

/**
 * Creates `count` sessions in parallel. Each run goes to the session with the fewest runs.
 *
 * @throws the error of `create`. The sessions that were created are disposed of first.
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
  const { backend, device, outputNames } = lanes[0]!.session
  return {
    backend,
    device,
    outputNames,
    parallelRuns: count,
    async run(inputs, outputs) {
      const lane = lanes.reduce((idlest, other) => (other.runs < idlest.runs ? other : idlest))
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
