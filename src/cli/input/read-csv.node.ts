/** Reads CSV and TSV files whose first row names the columns. */

import { pipeline } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { CommandError } from '../command-error.js'
import type { FieldNames, InputRow } from './input-row.js'
import { readLines } from './read-lines.node.js'
import { checkColumns, pickFields } from './row-fields.js'

export interface CsvOptions extends FieldNames {
  readonly delimiter: string
}

/** A longer record is no text to embed: a quote is not closed. */
const maxRecordCharacters = 64 * 1024 * 1024

/** @throws {CommandError} `INVALID_INPUT` with the number of the line. */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  { delimiter, ...names }: CsvOptions,
): AsyncGenerator<InputRow, void, undefined> {
  let columns: readonly string[] = []
  const parser = parse({
    delimiter,
    info: true,
    skip_empty_lines: true,
    max_record_size: maxRecordCharacters,
    columns: (header: string[]) => {
      columns = header
      return header
    },
  })
  let position = 0
  // Lines are checked before they are parsed, so that a line that is not UTF-8 is reported by its number.
  const lines = (async function* () {
    for await (const { text, end, isWhole } of readLines(chunks, name)) {
      position = end
      yield isWhole ? `${text}\n` : text
    }
  })()
  try {
    // An error of the lines reaches the loop through the parser.
    for await (const { record, info } of pipeline(lines, parser, () => {})) {
      checkColumns(columns, name, names)
      yield { ...pickFields(record, names, `${name}, line ${info.lines}`), position }
    }
  } catch (error) {
    throw error instanceof CsvError ? describeCsvError(error, name) : error
  }
}

function describeCsvError(error: CsvError, name: string): CommandError {
  const line = typeof error.lines === 'number' ? `, line ${error.lines}` : ''
  return new CommandError('INVALID_INPUT', `${name}${line} is not CSV: ${error.message}.`, { cause: error })
}
