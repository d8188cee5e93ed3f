/** Reads vectors from CSV, where an embedding is a JSON list. */

import { createReadStream } from 'node:fs'
import { CommandError } from '../command-error.js'
import { readCsv } from '../input/read-csv.node.js'
import { toVector } from '../output/output-row.js'
import type { IndexRow } from './index-row.js'

export async function* readCsvIndex(path: string): AsyncGenerator<IndexRow, void, undefined> {
  const rows = readCsv(createReadStream(path), path, { delimiter: ',', field: 'text', keep: ['embedding'] })
  let number = 0
  for await (const { text, fields } of rows) {
    number++
    yield { text, fields: {}, embedding: parseList(fields.embedding, `${path}, row ${number}`) }
  }
}

function parseList(text: unknown, place: string): number[] {
  try {
    const vector = toVector(JSON.parse(String(text)))
    if (vector) return vector
  } catch {}
  throw new CommandError('WRONG_INDEX', `${place} has no list of numbers in the column "embedding".`)
}
