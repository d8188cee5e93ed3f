/** Opens vectors in a Parquet file. */

import { CommandError } from '../command-error.js'
import { columnNames, openParquet } from '../input/read-parquet.node.js'
import { toVector } from '../output/output-row.js'
import { parquetInfoKey, parseVectorsInfo, type VectorsInfo } from '../output/vectors-info.node.js'
import type { IndexRow } from './index-row.js'

export async function openParquetIndex(path: string): Promise<{
  readonly info: VectorsInfo | undefined
  readonly rows: AsyncIterable<IndexRow>
}> {
  const { metadata, readRows } = await openParquet(path)
  const columns = columnNames(metadata)
  if (!columns.includes('embedding'))
    throw new CommandError('WRONG_INDEX', `${path} has no column "embedding", as bert-embed embed writes it.`)
  const entry = metadata.key_value_metadata?.find(({ key }) => key === parquetInfoKey)
  async function* rows(): AsyncGenerator<IndexRow, void, undefined> {
    let number = 0
    for await (const { text, embedding, ...fields } of readRows(columns)) {
      number++
      const vector = toVector(embedding)
      if (!vector)
        throw new CommandError(
          'WRONG_INDEX',
          `${path}, row ${number} has no list of numbers in the column "embedding".`,
        )
      yield { text: text === undefined ? undefined : String(text), fields, embedding: vector }
    }
  }
  return { info: entry?.value === undefined ? undefined : parseVectorsInfo(entry.value, path), rows: rows() }
}
