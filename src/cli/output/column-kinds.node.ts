/** Chooses the Parquet type of each kept field: the narrowest that holds all of its values. */

import type { SchemaElement } from 'hyparquet'
import type { StoredRows } from './row-writer.node.js'

export interface FieldColumn {
  readonly name: string
  readonly type: Pick<SchemaElement, 'type' | 'converted_type'>
  /** Returns the value as the type takes it. */
  readonly convert: (value: unknown) => unknown
}

interface ColumnKind extends Omit<FieldColumn, 'name'> {
  readonly holds: (value: unknown) => boolean
}

const kinds: readonly ColumnKind[] = [
  { type: { type: 'INT64' }, holds: Number.isSafeInteger, convert: (value) => BigInt(value as number) },
  { type: { type: 'DOUBLE' }, holds: (value) => typeof value === 'number', convert: (value) => value },
  { type: { type: 'BOOLEAN' }, holds: (value) => typeof value === 'boolean', convert: (value) => value },
  {
    type: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
    holds: (value) => typeof value === 'string',
    convert: (value) => value,
  },
  {
    type: { type: 'BYTE_ARRAY', converted_type: 'JSON' },
    holds: () => true,
    convert: (value) => value,
  },
]

export async function columnKinds(rows: StoredRows): Promise<readonly FieldColumn[]> {
  const { keep } = rows
  if (keep.length === 0) return []
  const chosen = keep.map(() => 0)
  for await (const { fields } of rows)
    for (const [at, name] of keep.entries()) {
      const value = fields[name]
      if (value !== null) while (!kinds[chosen[at]!]!.holds(value)) chosen[at]!++
    }
  return keep.map((name, at) => {
    const { type, convert } = kinds[chosen[at]!]!
    return { name, type, convert: (value) => (value === null ? null : convert(value)) }
  })
}
