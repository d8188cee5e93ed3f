/** Writes rows as Parquet: the kept fields, the text, and the embedding as a list. What made the vectors is in its metadata. */

import type { FileHandle } from 'node:fs/promises'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, parquetWriteRows } from 'hyparquet-writer'
import { columnKinds, type FieldColumn } from './column-kinds.node.js'
import type { RowWriter, StoredRows } from './row-writer.node.js'
import { parquetInfoKey } from './vectors-info.node.js'

/** About 10 MB of vectors of 768 values: a group is in memory as a whole. */
const rowGroupSize = 4096

/** Floats do not get smaller by compression. */
const embeddingColumn = {
  name: 'embedding',
  codec: 'UNCOMPRESSED',
  encoding: 'PLAIN',
  statistics: false,
} as const

export const writeParquet: RowWriter = async (rows, file) => {
  const fields = await columnKinds(rows)
  await parquetWriteRows({
    writer: new FileWriter(file),
    rows: toRecords(rows, fields),
    columns: [...fields.map(({ name }) => ({ name })), { name: 'text' }, embeddingColumn],
    schema: schemaOf(fields, rows.info.options.precision ?? 'float32'),
    rowGroupSize,
    kvMetadata: [{ key: parquetInfoKey, value: JSON.stringify(rows.info) }],
    createdBy: 'bert-embed',
  })
}

async function* toRecords(rows: StoredRows, fields: readonly FieldColumn[]) {
  for await (const row of rows) {
    const values = fields.map(({ name, convert }) => [name, convert(row.fields[name])])
    yield { ...Object.fromEntries(values), text: row.text, embedding: row.embedding }
  }
}

function schemaOf(fields: readonly FieldColumn[], precision: keyof typeof elementTypes): SchemaElement[] {
  return [
    { name: 'root', num_children: fields.length + 2 },
    ...fields.map(({ name, type }): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...type })),
    { name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    { name: 'embedding', repetition_type: 'REQUIRED', converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', ...elementTypes[precision] },
  ]
}

const elementTypes = {
  float32: { type: 'FLOAT' },
  binary: { type: 'INT32', converted_type: 'INT_8' },
  ubinary: { type: 'INT32', converted_type: 'UINT_8' },
} as const

/** Writes a row group to the file when it is complete. */
class FileWriter extends ByteWriter {
  constructor(readonly file: FileHandle) {
    super()
  }

  async flush(): Promise<void> {
    const bytes = this.getBytes()
    await this.file.writeFile(bytes)
    this.index = 0
  }

  override finish(): Promise<void> {
    return this.flush()
  }
}
