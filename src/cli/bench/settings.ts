/** The settings that `bench` compares. */

export interface Setting {
  readonly dtype: 'fp32' | 'q8'
  readonly sessions: number
  /** `undefined`: the default, which is one thread in each of several sessions, else all cores. */
  readonly threads: number | undefined
}

/** More copies of a model seldom pay, and take much memory. */
const maxSessions = 8

/**
 * One session on all cores, one session for each core, and, on a machine with many cores, the ways between.
 *
 * @param weightBytes Size of the fp32 weights. Settings whose copies would not fit into memory are left out.
 */
export function settingsFor(
  cores: number,
  { weightBytes, freeBytes }: { readonly weightBytes: number; readonly freeBytes: number },
): readonly Setting[] {
  const splits = [1, 2, 4, maxSessions].filter((sessions) => sessions <= cores)
  const dtypes = ['fp32', 'q8'] as const
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
