/** Reads the rows of a Parquet file, one row group at a time. */

import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { CommandError } from '../command-error.js'
import type { FieldNames, InputRow } from './input-row.js'
import { checkColumns, pickFields } from './row-fields.js'

/** Rows read at a time. Row groups of a million rows are usual, and would take much memory at once. */
const rowsAtATime = 4096

export interface ParquetFile {
  readonly rowCount: number
  readonly metadata: FileMetaData
  /** Reads rows with the named columns. */
  readRows(columns: readonly string[]): AsyncGenerator<Readonly<Record<string, unknown>>, void, undefined>
}

/** @throws {CommandError} `INVALID_INPUT` if the file is not a Parquet file. */
export async function openParquet(path: string): Promise<ParquetFile> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file).catch((cause: Error) => {
    throw new CommandError('INVALID_INPUT', `${path} is not a Parquet file: ${cause.message}.`, { cause })
  })
  const rowCount = Number(metadata.num_rows)
  return {
    rowCount,
    metadata,
    async *readRows(columns) {
      for (let rowStart = 0; rowStart < rowCount; rowStart += rowsAtATime) {
        const rowEnd = Math.min(rowCount, rowStart + rowsAtATime)
        const options = { file, metadata, compressors, columns: [...columns], rowStart, rowEnd }
        yield* await parquetReadObjects(options).catch((cause: Error) => {
          throw new CommandError(
            'INVALID_INPUT',
            `${path}, rows ${rowStart + 1} to ${rowEnd} cannot be read: ${cause.message}.`,
            { cause },
          )
        })
      }
    },
  }
}

/** Yields the texts of a column. @throws {CommandError} `INVALID_INPUT` with the number of the row. */
export async function* readParquetTexts(
  { metadata, readRows }: ParquetFile,
  name: string,
  names: FieldNames,
): AsyncGenerator<InputRow, void, undefined> {
  checkColumns(columnNames(metadata), name, names)
  let position = 0
  for await (const row of readRows([names.field, ...names.keep])) {
    position++
    yield { ...pickFields(row, names, `${name}, row ${position}`), position }
  }
}

/** The names of the top-level columns: the schema lists a column before the parts that it consists of. */
export function columnNames({ schema }: FileMetaData): string[] {
  const names: string[] = []
  for (let at = 1; at < schema.length; at = nextSibling(schema, at)) names.push(schema[at]!.name)
  return names
}

function nextSibling(schema: FileMetaData['schema'], at: number): number {
  let next = at + 1
  for (let child = 0; child < (schema[at]!.num_children ?? 0); child++) next = nextSibling(schema, next)
  return next
}
