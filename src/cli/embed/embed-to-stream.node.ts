/** Embeds to standard output, a pipe or a device: JSON lines, as soon as they are there. */

import { createWriteStream } from 'node:fs'
import process from 'node:process'
import { pipeline } from 'node:stream/promises'
import { CommandError } from '../command-error.js'
import { writeFailed } from '../file-errors.js'
import type { TextInput } from '../input/input-row.js'
import { embedOptions } from '../model/embed-flags.node.js'
import { loadModel } from '../model/load-model.node.js'
import { toJsonLine } from '../output/output-row.js'
import { createEmbedProgress } from '../terminal/embed-progress.node.js'
import type { EmbedCommandFlags } from './embed-command-flags.node.js'
import { embedRows } from './embed-rows.node.js'

/** @throws {CommandError} `USAGE` for a format that needs a file. */
export async function embedToStream(
  input: TextInput,
  flags: EmbedCommandFlags,
  signal: AbortSignal,
): Promise<void> {
  const { output, format = 'jsonl' } = flags
  if (format !== 'jsonl')
    throw new CommandError(
      'USAGE',
      `${format} is written to a file: add --output FILE. A pipe gets JSON lines.`,
    )
  await using embedder = await loadModel(flags, { signal, use: 'store' })
  // Rows on a terminal show the progress themselves.
  using progress = process.stdout.isTTY ? undefined : createEmbedProgress(input.size)
  const rows = embedRows(embedder, input.rows[Symbol.asyncIterator](), {
    ...embedOptions(embedder, flags),
    signal,
  })
  async function* lines() {
    let rowCount = 0
    for await (const row of rows) {
      yield toJsonLine(row)
      progress?.show(++rowCount, row.position)
    }
  }
  const stream = output === undefined ? process.stdout : createWriteStream(output)
  try {
    await pipeline(lines, stream, { end: output !== undefined })
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined
      ? error
      : writeFailed(output ?? 'stdout', error)
  }
}
