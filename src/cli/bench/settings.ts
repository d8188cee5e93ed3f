/** The settings that `bench` compares. */

import type { Dtype } from '../../model/dtypes.js'

export interface Setting {
  readonly dtype: Dtype
  readonly sessions: number
  /** `undefined`: the default, which is one thread in each of several sessions, else all cores. */
  readonly threads: number | undefined
}

/** The dtypes to compare. A pack has one only. */
export function dtypesFor({
  dtype,
  packedDtype,
}: {
  readonly dtype?: Dtype | undefined
  readonly packedDtype: Dtype | undefined
}): readonly Dtype[] {
  const only = dtype ?? packedDtype
  return only ? [only] : ['fp32', 'q8']
}

interface SettingLimits {
  readonly dtypes: readonly Dtype[]
  /** Size of the weights as they are published. */
  readonly weightBytes: number
  readonly freeBytes: number
}

/** More copies of a model seldom pay, and take much memory. */
const maxSessions = 8

/**
 * One session on all cores, one session for each core, and, on a machine with many cores, the ways between.
 *
 * Settings whose copies of the weights would not fit into memory are left out.
 */
export function settingsFor(
  cores: number,
  { dtypes, weightBytes, freeBytes }: SettingLimits,
): readonly Setting[] {
  const splits = [1, 2, 4, maxSessions].filter((sessions) => sessions <= cores)
  return dtypes.flatMap((dtype) =>
    splits
      .filter((sessions) => sessions === 1 || sessions * weightBytes < freeBytes / 2)
      .map((sessions) => ({ dtype, sessions, threads: threadsOf(sessions, cores) })),
  )
}

function threadsOf(sessions: number, cores: number): number | undefined {
  const threads = Math.floor(cores / sessions)
  return sessions === 1 || threads === 1 ? undefined : threads
}
