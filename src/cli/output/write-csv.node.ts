/** Writes rows as CSV: the kept fields, the text, and the embedding as a JSON list. */

import { stringify } from 'csv-stringify/sync'
import type { RowWriter } from './row-writer.node.js'

/** Rows that are written at once. */
const rowsAtATime = 64

export const writeCsv: RowWriter = async (rows, file) => {
  let records: unknown[][] = [[...rows.keep, 'text', 'embedding']]
  const flush = async () => {
    await file.writeFile(stringify(records))
    records = []
  }
  for await (const { fields, text, embedding } of rows) {
    records.push([...rows.keep.map((name) => fields[name]), text, JSON.stringify(embedding)])
    if (records.length >= rowsAtATime) await flush()
  }
  if (records.length > 0) await flush()
}
