/** The ways in which a text's token vectors become one, by their names. */

import { ArgumentRangeError, describe } from '../errors.js'

/** The pooling names, as sentence-transformers writes them in `1_Pooling/config.json`. */
export const poolingModes = [
  'cls',
  'mean',
  'max',
  'mean_sqrt_len_tokens',
  'weightedmean',
  'lasttoken',
] as const

export type PoolingMode = (typeof poolingModes)[number]

/** One mode, or several whose vectors are concatenated in the list's order. */
export type Pooling = PoolingMode | readonly PoolingMode[]

/** The modes of a pooling option. @throws {ArgumentRangeError} `INVALID_OPTION` for an unknown name or an empty list. */
export function toPoolingModes(pooling: Pooling): readonly PoolingMode[] {
  const modes: readonly PoolingMode[] = typeof pooling === 'object' ? pooling : [pooling]
  if (!Array.isArray(modes) || modes.length === 0) throw unknownPooling(pooling)
  for (const mode of modes) if (!poolingModes.includes(mode)) throw unknownPooling(mode)
  return modes
}

/** The option `pooling`. @throws {ArgumentRangeError} `INVALID_OPTION` */
export function checkPooling(_: string, value: unknown): void {
  toPoolingModes(value as Pooling)
}

function unknownPooling(value: unknown): ArgumentRangeError {
  return new ArgumentRangeError(
    'INVALID_OPTION',
    `pooling is ${describe(value)}; it takes ${poolingModes.join(', ')}, or a list of these.`,
  )
}
