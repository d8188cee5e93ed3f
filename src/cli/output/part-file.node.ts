/**
 * The unfinished output. Rows are appended to `NAME.part` as JSON lines, one after the other, and `NAME.part.json` says
 * what makes them. A later run of the same command keeps its whole rows, however the run before ended.
 */

import { createReadStream } from 'node:fs'
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { CommandError } from '../command-error.js'
import { writeFailed } from '../file-errors.js'
import type { InputRow } from '../input/input-row.js'
import { readLines } from '../input/read-lines.node.js'
import { type OutputRow, textOfLine, toJsonLine } from './output-row.js'
import { describeDifference, parseVectorsInfo, type VectorsInfo } from './vectors-info.node.js'

export interface PartFile extends AsyncDisposable {
  readonly path: string
  /** The file with the description of the vectors. */
  readonly infoPath: string
  /** Number of rows. */
  readonly rowCount: number
  /**
   * Takes as many rows from the input as the file has already, and cuts off a row that is not whole.
   *
   * @throws {CommandError} `OUTPUT_EXISTS` if the texts of the rows are others.
   */
  skipDone(rows: AsyncIterator<InputRow>): Promise<void>
  append(row: OutputRow): Promise<void>
  /** Writes what the system holds in memory to the disk, and closes the file. */
  close(): Promise<void>
  /** Removes what is left when the output is complete. */
  remove(): Promise<void>
}

/** @throws {CommandError} `OUTPUT_EXISTS` if the file was begun with another model or other options. */
export async function openPartFile(
  output: string,
  info: VectorsInfo,
  { force }: { readonly force: boolean },
): Promise<PartFile> {
  const [path, infoPath] = [`${output}.part`, `${output}.part.json`]
  const remove = async () => {
    await Promise.all([path, infoPath].map((file) => rm(file, { force: true })))
  }
  if (force) await remove()
  const handle = await openForAppending(path)
  let rowCount = 0
  const isNew = (await handle.stat()).size === 0
  try {
    await checkInfo(infoPath, info, { isNew, output })
  } catch (error) {
    await handle.close()
    if (isNew) await remove()
    throw writeFailed(infoPath, error)
  }
  return {
    path,
    infoPath,
    get rowCount() {
      return rowCount
    },
    async skipDone(rows) {
      let end = 0
      for await (const { line, text } of readWholeRows(path)) {
        const { done, value } = await rows.next()
        if (done || text !== value.text)
          throw new CommandError(
            'OUTPUT_EXISTS',
            `${path} is the unfinished output of other texts: row ${line.number} differs. ${advice(output)}`,
          )
        rowCount = line.number
        end = line.end
      }
      await handle.truncate(end)
    },
    async append(row) {
      await handle.appendFile(toJsonLine(row)).catch((error) => {
        throw writeFailed(path, error)
      })
      rowCount++
    },
    async close() {
      await handle
        .sync()
        .then(() => handle.close())
        .catch((error) => {
          throw writeFailed(path, error)
        })
    },
    remove,
    async [Symbol.asyncDispose]() {
      await handle.close()
      const isEmpty = (await stat(path).catch(() => undefined))?.size === 0
      if (isEmpty) await remove() // there is nothing to go on from
    },
  }
}

/** Yields the rows up to the first one that is not whole: a kill cuts a row off, and a power cut may damage the last ones. */
async function* readWholeRows(path: string) {
  try {
    for await (const line of readLines(createReadStream(path), path)) {
      const text = textOfLine(line.text)
      if (!line.isWhole || text === undefined) return
      yield { line, text }
    }
  } catch (error) {
    if (!(error instanceof CommandError && error.code === 'INVALID_INPUT')) throw error
  }
}

/** Replaces the file at `to`, which is never seen half-written. */
export async function publish(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error) => {
    throw writeFailed(to, error)
  })
}

async function openForAppending(path: string): Promise<FileHandle> {
  return open(path, 'a').catch((error) => {
    throw writeFailed(path, error)
  })
}

/** Compares the description with that of the file's rows. A new file gets the description. */
async function checkInfo(
  infoPath: string,
  info: VectorsInfo,
  { isNew, output }: { readonly isNew: boolean; readonly output: string },
): Promise<void> {
  if (isNew) return writeFile(infoPath, `${JSON.stringify(info, null, 2)}\n`)
  const text = await readFile(infoPath, 'utf8').catch(() => '')
  if (text === '')
    throw new CommandError(
      'OUTPUT_EXISTS',
      `${output}.part exists, but ${infoPath} does not. ${advice(output)}`,
    )
  const difference = describeDifference(parseVectorsInfo(text, infoPath), info)
  if (difference)
    throw new CommandError(
      'OUTPUT_EXISTS',
      `${output}.part was begun with other options: ${difference}. ${advice(output)}`,
    )
}

function advice(output: string): string {
  return `Add --force to begin again, or choose another output than ${output}.`
}
