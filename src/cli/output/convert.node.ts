/** Writes the rows of a finished part file in another format. */

import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { writeFailed } from '../file-errors.js'
import { readLines } from '../input/read-lines.node.js'
import { parseJsonLine } from './output-row.js'
import type { PartFile } from './part-file.node.js'
import type { RowWriter, StoredRows } from './row-writer.node.js'
import type { VectorsInfo } from './vectors-info.node.js'

export interface ConvertOptions {
  readonly write: RowWriter
  readonly info: VectorsInfo
  readonly keep: readonly string[]
  /** Length of a row without any row to tell. */
  readonly width: number
  readonly signal: AbortSignal
}

/** Returns the path of the new file, which has a temporary name. */
export async function convertPart(part: PartFile, output: string, options: ConvertOptions): Promise<string> {
  const { write, info, keep, width, signal } = options
  const path = `${output}.part.new`
  const rows: StoredRows = {
    count: part.rowCount,
    width,
    keep,
    info,
    async *[Symbol.asyncIterator]() {
      for await (const { text } of readLines(createReadStream(part.path), part.path)) {
        signal.throwIfAborted()
        yield parseJsonLine(text)!
      }
    },
  }
  try {
    const file = await open(path, 'w')
    try {
      await write(rows, file)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    await rm(path, { force: true })
    throw signal.aborted ? error : writeFailed(output, error)
  }
  return path
}
