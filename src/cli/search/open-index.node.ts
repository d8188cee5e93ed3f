/** Opens a file with vectors, in any format that `embed` writes. */

import { createReadStream } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { CommandError } from '../command-error.js'
import { readFailed } from '../file-errors.js'
import { readLines } from '../input/read-lines.node.js'
import { type OutputFormat, outputFormat } from '../output/output-format.node.js'
import { parseJsonLine } from '../output/output-row.js'
import { parseVectorsInfo, type VectorsInfo } from '../output/vectors-info.node.js'
import type { IndexRow } from './index-row.js'

export interface VectorIndex {
  /** What made the vectors, if the file or a file next to it says so. */
  readonly info: VectorsInfo | undefined
  readonly rows: AsyncIterable<IndexRow>
}

/** @throws {CommandError} `READ_FAILED`, `WRONG_INDEX`, `USAGE` */
export async function openIndex(path: string, format?: OutputFormat): Promise<VectorIndex> {
  await access(path).catch(async (error) => {
    const isUnfinished = await access(`${path}.part`).then(
      () => true,
      () => false,
    )
    throw isUnfinished
      ? new CommandError(
          'READ_FAILED',
          `${path} is not complete yet: run the command that writes it again to go on.`,
        )
      : readFailed(path, error)
  })
  if ((await stat(path)).isDirectory())
    throw new CommandError('READ_FAILED', `${path} is a directory, not a file.`)
  return openers[outputFormat(path, format)](path)
}

/** Packages for CSV and Parquet are imported on demand. */
const openers: Readonly<Record<OutputFormat, (path: string) => Promise<VectorIndex>>> = {
  jsonl: async (path) => ({ info: await readInfoBeside(path), rows: readJsonLines(path) }),
  async csv(path) {
    const { readCsvIndex } = await import('./read-csv-index.node.js')
    return { info: await readInfoBeside(path), rows: readCsvIndex(path) }
  },
  async npy(path) {
    const { readNpy } = await import('./read-npy.node.js')
    return { info: await readInfoBeside(path), rows: readNpy(path) }
  },
  async parquet(path) {
    const { openParquetIndex } = await import('./open-parquet-index.node.js')
    return openParquetIndex(path)
  },
}

async function readInfoBeside(path: string): Promise<VectorsInfo | undefined> {
  const infoPath = `${path}.meta.json`
  const text = await readFile(infoPath, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : parseVectorsInfo(text, infoPath)
}

async function* readJsonLines(path: string): AsyncGenerator<IndexRow, void, undefined> {
  for await (const { text, number } of readLines(createReadStream(path), path)) {
    const row = parseJsonLine(text)
    if (!row) throw new CommandError('WRONG_INDEX', `${path}, line ${number} has no text and embedding.`)
    yield row
  }
}
