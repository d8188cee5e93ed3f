/** The formats of the output. */

import { extname } from 'node:path'
import { CommandError } from '../command-error.js'
import type { RowWriter } from './row-writer.node.js'

export const outputFormats = ['jsonl', 'csv', 'npy', 'parquet'] as const
export type OutputFormat = (typeof outputFormats)[number]

/** Imports the writer on demand. JSON lines are what the rows are kept in, so they have none. */
export const rowWriters: Readonly<Record<Exclude<OutputFormat, 'jsonl'>, () => Promise<RowWriter>>> = {
  csv: async () => (await import('./write-csv.node.js')).writeCsv,
  npy: async () => (await import('./write-npy.node.js')).writeNpy,
  parquet: async () => (await import('./write-parquet.node.js')).writeParquet,
}

/** @throws {CommandError} `USAGE` if neither the format nor the extension says what to write. */
export function outputFormat(path: string, format: OutputFormat | undefined): OutputFormat {
  if (format) return format
  const extension = extname(path).slice(1).toLowerCase()
  const known = outputFormats.find((name) => name === (extension === 'ndjson' ? 'jsonl' : extension))
  if (known) return known
  throw new CommandError(
    'USAGE',
    `The extension of ${path} names no format. Add --format ${outputFormats.join(', --format ')}, or such an extension.`,
  )
}
