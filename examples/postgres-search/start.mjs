/** What the server and the workers have in common: how they start, work and end. */

import { fileURLToPath } from 'node:url'
import { createEmbedder } from 'bert-embed'
import { openDatabase } from './database.mjs'
import { printError, userError } from './errors.mjs'
import { indexFromQueue } from './indexing.mjs'
import { startQueue } from './queue.mjs'
import { prepareTables, readSettings } from './settings.mjs'

const smallModel = fileURLToPath(new URL('../../models/bert-embed-small-en', import.meta.url))
const folder = fileURLToPath(new URL('data', import.meta.url))

/**
 * Without a model, the one of the stored vectors is loaded. `mayReplaceModel` lets another model replace them. `onExit` is
 * called with what has to be closed at the end.
 *
 * @param {{ model?: string, dtype?: string, data?: string, threads?: number, mayReplaceModel: boolean, onExit: (close: () => unknown) => void }} options
 */
export async function start({ model, dtype, data = folder, threads, mayReplaceModel, onExit }) {
  const database = await openDatabase({ url: process.env.DATABASE_URL, folder: data })
  onExit(database.close)
  const stored = await readSettings(database)
  if (!stored && !mayReplaceModel)
    throw userError('NO_TABLES', 'The database has no tables yet. Run `npm start` first.')

  const chosen = { model: model ?? stored?.model ?? smallModel, dtype: dtype ?? stored?.dtype ?? 'fp32' }
  const embedder = await createEmbedder({ ...chosen, threads })
  onExit(embedder.dispose)
  const settings = { ...chosen, dimension: embedder.dimension }
  if (mayReplaceModel && (await prepareTables(database, settings)))
    console.log('The model or its dtype has changed. Every document is embedded again.')

  const queue = await startQueue(database, { onProblem: printError })
  onExit(() => queue.stop({ timeout: 60_000 }))
  return { database, embedder, settings, queue }
}

/** Indexes documents from the queue, and prints a line for each batch. A worker of a model that was replaced ends. */
export function work(parts) {
  return indexFromQueue({
    ...parts,
    onBatch: ({ documents, chunks, embedded }) => {
      if (documents > 0)
        console.log(`${documents} documents, ${chunks} chunks, ${embedded} of them embedded now.`)
    },
    onProblem: (error) => {
      printError(error)
      if (error.code === 'MODEL_REPLACED') process.exit(1)
    },
  })
}

/**
 * Runs a program. What it passes to `onExit` is called in reverse order on the first signal, or after an error. An error
 * that its user can correct is printed as one line.
 *
 * @param {(onExit: (close: () => unknown) => void) => Promise<void>} program
 */
export async function runProgram(program) {
  const closers = []
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end()
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => close().then(() => process.exit()))
  try {
    await program((end) => closers.push(end))
  } catch (error) {
    await close()
    // An error without a code is a bug, whose stack is needed.
    if (error.code === undefined && !error.errors) throw error
    printError(error)
    process.exitCode = 1
  }
}
