/**
 * The names of the pooling modes. Separate from pooling.ts, because a page checks the names at once and pools in the
 * graph.
 */

import { ArgumentRangeError, describe } from '../errors.js'

/** The pooling modes, by their names in sentence-transformers' `1_Pooling/config.json`. */
export const poolingModes = [
  'cls',
  'mean',
  'max',
  'mean_sqrt_len_tokens',
  'weightedmean',
  'lasttoken',
] as const

/** The name of a way to pool token vectors, explained at `pool`. */
export type PoolingMode = (typeof poolingModes)[number]

/** One mode, or a list of modes whose vectors are concatenated in the list's order. */
export type Pooling = PoolingMode | readonly PoolingMode[]

/**
 * Returns the modes of a `pooling` option as a list.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION` for an unknown name or an empty list.
 */
export function toPoolingModes(pooling: Pooling): readonly PoolingMode[] {
  const modes: readonly PoolingMode[] = typeof pooling === 'object' ? pooling : [pooling]
  if (!Array.isArray(modes) || modes.length === 0) throw unknownPooling(pooling)
  for (const mode of modes) if (!poolingModes.includes(mode)) throw unknownPooling(mode)
  return modes
}

/** Checks the option `pooling`. @throws {ArgumentRangeError} `INVALID_OPTION` */
export function checkPooling(_: string, value: unknown): void {
  toPoolingModes(value as Pooling)
}

function unknownPooling(value: unknown): ArgumentRangeError {
  return new ArgumentRangeError(
    'INVALID_OPTION',
    `pooling is ${describe(value)}; it takes ${poolingModes.join(', ')}, or a list of these.`,
  )
}
