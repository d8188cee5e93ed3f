/** Writes all rows of an output into a file in one format. */

import type { FileHandle } from 'node:fs/promises'
import type { StoredRow } from './output-row.js'
import type { VectorsInfo } from './vectors-info.node.js'

/** Rows that can be read several times. */
export interface StoredRows extends AsyncIterable<StoredRow> {
  readonly count: number
  /** Number of values of a vector; for packed bits, of bytes. */
  readonly width: number
  /** Names of the fields that were kept. */
  readonly keep: readonly string[]
  readonly info: VectorsInfo
}

export type RowWriter = (rows: StoredRows, file: FileHandle) => Promise<void>
