/** Embeds to a file. An interrupted run goes on where it was. */

import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import process from 'node:process'
import { keptValues } from '../../vectors/truncate.js'
import { CommandError } from '../command-error.js'
import { writeFailed } from '../file-errors.js'
import type { TextInput } from '../input/input-row.js'
import { embedOptions, vectorWidth } from '../model/embed-flags.node.js'
import { loadModel } from '../model/load-model.node.js'
import { convertPart } from '../output/convert.node.js'
import { lockOutput } from '../output/lock-output.node.js'
import { outputFormat, rowWriters } from '../output/output-format.node.js'
import { openPartFile, type PartFile, publish } from '../output/part-file.node.js'
import { vectorsInfo } from '../output/vectors-info.node.js'
import { createEmbedProgress } from '../terminal/embed-progress.node.js'
import type { EmbedCommandFlags } from './embed-command-flags.node.js'
import { embedRows } from './embed-rows.node.js'

export interface FileFlags extends EmbedCommandFlags {
  readonly output: string
}

/** @throws {CommandError} `OUTPUT_EXISTS`, `WRITE_FAILED`, and what the input throws. */
export async function embedToFile(input: TextInput, flags: FileFlags, signal: AbortSignal): Promise<void> {
  await lockOutput(flags.output, () => embedAlone(input, flags, signal), signal)
}

async function embedAlone(input: TextInput, flags: FileFlags, signal: AbortSignal): Promise<void> {
  const { output, force = false, keep = [] } = flags
  const format = outputFormat(output, flags.format)
  if (existsSync(output) && !force)
    throw new CommandError('OUTPUT_EXISTS', `${output} exists already. Add --force to replace it.`)
  const info = vectorsInfo(flags)
  await using part = await openPartFile(output, info, { force })
  const rows = input.rows[Symbol.asyncIterator]()
  await part.skipDone(rows)
  const doneBefore = part.rowCount
  try {
    await using embedder = await loadModel(flags, { signal, use: 'store' })
    const options = embedOptions(embedder, flags)
    {
      using progress = createEmbedProgress(input.size)
      for await (const row of embedRows(embedder, rows, { ...options, signal })) {
        await part.append(row)
        progress.show(part.rowCount, row.position)
      }
    }
    await part.close()
    const width = vectorWidth(options.precision, keptValues(options.truncateDim, embedder.dimension))
    const file =
      format === 'jsonl'
        ? part.path
        : await convertPart(part, output, { write: await rowWriters[format](), info, keep, width, signal })
    // Parquet has the description in its own metadata.
    if (format !== 'parquet') await copyInfo(part.infoPath, `${output}.meta.json`)
    await publish(file, output)
  } catch (error) {
    throw signal.aborted ? interrupted(part) : withRowsKept(error, part)
  }
  await part.remove()
  reportDone(output, part.rowCount, doneBefore)
}

async function copyInfo(from: string, to: string): Promise<void> {
  await copyFile(from, to).catch((error) => {
    throw writeFailed(to, error)
  })
}

function interrupted({ rowCount, path }: PartFile): CommandError {
  if (rowCount === 0) return new CommandError('INTERRUPTED', 'stopped: no text was embedded yet.')
  return new CommandError(
    'INTERRUPTED',
    `stopped: ${path} keeps ${count(rowCount)}. Run the same command again to go on.`,
  )
}

/** Says in a separate line that the work is not lost, and returns the error. */
function withRowsKept(error: unknown, { rowCount, path }: PartFile): unknown {
  if (rowCount > 0)
    process.stderr.write(`note: ${path} keeps ${count(rowCount)}. The same command goes on from there.\n`)
  return error
}

function reportDone(output: string, rowCount: number, doneBefore: number): void {
  if (!process.stderr.isTTY) return
  const before = doneBefore > 0 ? `, ${doneBefore.toLocaleString('en')} of them from an earlier run` : ''
  process.stderr.write(`${count(rowCount)} in ${output}${before}\n`)
}

function count(rows: number): string {
  return `${rows.toLocaleString('en')} ${rows === 1 ? 'text' : 'texts'}`
}
