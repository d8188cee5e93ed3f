/** Reads JSONL: one JSON object per line, or one JSON string per line. */

import process from 'node:process'
import { CommandError } from '../command-error.js'
import type { FieldNames, InputRow } from './input-row.js'
import { readLines } from './read-lines.node.js'
import { missingFieldsNote, pickFields } from './row-fields.js'

/** Skips empty lines. @throws {CommandError} `INVALID_INPUT` with the number of the line. */
export async function* readJsonLines(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  names: FieldNames,
): AsyncGenerator<InputRow, void, undefined> {
  let isFirst = true
  for await (const { text, number, end } of readLines(chunks, name)) {
    if (text.trim() === '') continue
    const place = `${name}, line ${number}`
    const value = parseLine(text, place)
    const row = typeof value === 'string' ? { [names.field]: value } : value
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new CommandError('INVALID_INPUT', `${place} is neither a JSON object nor a JSON string.`)
    const picked = pickFields(row as Record<string, unknown>, names, place)
    if (isFirst) printNote(missingFieldsNote(row as Record<string, unknown>, names, place))
    isFirst = false
    yield { ...picked, position: end }
  }
}

function printNote(note: string | undefined): void {
  if (note) process.stderr.write(`note: ${note}\n`)
}

function parseLine(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CommandError(
      'INVALID_INPUT',
      `${place} is not JSON. A file with one text per line is read with --input-format lines.`,
      { cause },
    )
  }
}
