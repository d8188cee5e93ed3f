/** Opens what a command reads: texts of the command line, a file, or standard input. */

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import process from 'node:process'
import type { Readable } from 'node:stream'
import { CommandError } from '../command-error.js'
import { readFailed } from '../file-errors.js'
import type { FieldNames, InputRow, TextInput } from './input-row.js'
import { readJsonLines } from './read-json-lines.node.js'
import { readLines } from './read-lines.node.js'

export const inputFormats = ['lines', 'jsonl', 'csv', 'tsv', 'parquet'] as const
export type InputFormat = (typeof inputFormats)[number]

export interface InputFlags {
  /** A path, or `-` for standard input. */
  readonly input?: string
  readonly inputFormat?: InputFormat
  readonly field: string
  readonly keep?: readonly string[]
}

const formatsByExtension: Readonly<Record<string, InputFormat>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.parquet': 'parquet',
}

/** @throws {CommandError} `USAGE`, `READ_FAILED`, `INVALID_INPUT` */
export async function openInput(texts: readonly string[], flags: InputFlags): Promise<TextInput> {
  const { input, field, keep = [] } = flags
  if (texts.length > 0 && input !== undefined)
    throw new CommandError('USAGE', 'Texts and --input cannot be combined: texts come from one place.')
  if (texts.length > 0) return textsInput(await refuseFileNames(texts))
  if (input === undefined && process.stdin.isTTY)
    throw new CommandError(
      'USAGE',
      'There is no text: pass texts as arguments, --input FILE, or lines through a pipe.',
    )

  const names = { field, keep }
  const isStdin = input === undefined || input === '-'
  const format =
    flags.inputFormat ?? (isStdin ? 'lines' : (formatsByExtension[extname(input).toLowerCase()] ?? 'lines'))
  if (format === 'lines' && keep.length > 0)
    throw new CommandError(
      'USAGE',
      '--keep needs fields, but the input is lines. Name its form by --input-format.',
    )
  if (format === 'parquet') return parquetInput(isStdin ? undefined : input, names)
  if (isStdin) return { size: undefined, ...(await streamInput(process.stdin, 'stdin', format, names)) }
  const { size } = await statFile(input)
  return { size, ...(await streamInput(createReadStream(input), input, format, names)) }
}

/** `embed notes.txt` would embed the text "notes.txt". */
async function refuseFileNames(texts: readonly string[]): Promise<readonly string[]> {
  for (const text of texts) {
    const looksLikeFile = /^[^\n]{1,200}\.(?:txt|md|jsonl|ndjson|json|csv|tsv|parquet)$/i.test(text)
    if (looksLikeFile && (await stat(text).catch(() => undefined))?.isFile())
      throw new CommandError('USAGE', `${text} is a file. To embed its content, write --input ${text}`)
  }
  return texts
}

function textsInput(texts: readonly string[]): TextInput {
  async function* rows(): AsyncGenerator<InputRow, void, undefined> {
    for (const [index, text] of texts.entries()) yield { text, fields: {}, position: index + 1 }
  }
  return { size: texts.length, rows: rows(), close() {} }
}

/** Its packages are imported on demand. */
async function parquetInput(path: string | undefined, names: FieldNames): Promise<TextInput> {
  if (path === undefined)
    throw new CommandError(
      'USAGE',
      'Parquet has to be read from a file, because its index is at its end: --input FILE.',
    )
  await statFile(path)
  const { openParquet, readParquetTexts } = await import('./read-parquet.node.js')
  const file = await openParquet(path)
  return { size: file.rowCount, rows: readParquetTexts(file, path, names), close() {} }
}

async function streamInput(
  stream: Readable,
  name: string,
  format: Exclude<InputFormat, 'parquet'>,
  names: FieldNames,
): Promise<Pick<TextInput, 'rows' | 'close'>> {
  const chunks = readChunks(stream, name)
  const close = () => void stream.destroy()
  if (format === 'jsonl') return { rows: readJsonLines(chunks, name, names), close }
  if (format === 'lines') return { rows: readTexts(chunks, name), close }
  const { readCsv } = await import('./read-csv.node.js')
  return { rows: readCsv(chunks, name, { ...names, delimiter: format === 'tsv' ? '\t' : ',' }), close }
}

/** One text for each line, empty lines included: row i of the output is line i of the input. */
async function* readTexts(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<InputRow, void, undefined> {
  for await (const { text, end } of readLines(chunks, name)) yield { text, fields: {}, position: end }
}

async function* readChunks(stream: Readable, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* stream as AsyncIterable<Uint8Array>
  } catch (error) {
    throw readFailed(name, error)
  }
}

async function statFile(path: string): Promise<{ readonly size: number | undefined }> {
  const facts = await stat(path).catch((error) => {
    throw readFailed(path, error)
  })
  if (facts.isDirectory()) throw new CommandError('READ_FAILED', `${path} is a directory, not a file.`)
  return { size: facts.isFile() ? facts.size : undefined }
}
