/**
 * Measures indexing and searching, as in the tables of the README.
 *
 *   node measure/measure.mjs --texts peps --model sentence-transformers/all-MiniLM-L6-v2
 */

import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createEmbedder } from 'bert-embed'
import { openDatabase } from '../database.mjs'
import { prepareTables } from '../settings.mjs'
import { createPostgres } from '../support/postgres.mjs'
import { readCorpus } from './corpus.mjs'
import { measureIndexing } from './indexing.mjs'
import { measureSearch } from './searching.mjs'

const { values: options } = parseArgs({
  options: {
    texts: { type: 'string', default: 'peps' },
    model: { type: 'string', default: 'sentence-transformers/all-MiniLM-L6-v2' },
    rows: { type: 'string', multiple: true, default: ['1000', '10000', '100000'] },
    only: { type: 'string', multiple: true, default: ['indexing', 'postgres', 'pglite'] },
  },
})
const rows = options.rows.map(Number)
/** PGlite takes too long to build an index over more rows. */
const maxFolderRows = 10_000
const embedder = await createEmbedder({ model: options.model })
const settings = { model: options.model, dtype: 'fp32', dimension: embedder.dimension }

const measurements = { indexing, postgres: searchPostgres, pglite: searchFolder }
let corpus
for (const name of options.only) await measurements[name]()
await embedder.dispose()

function indexing() {
  return withPostgres((database, url) =>
    measureIndexing({ database, url, folder: options.texts, model: options.model }),
  )
}

async function searchPostgres() {
  corpus ??= await readCorpus(options.texts, embedder, Math.max(...rows))
  await withPostgres((database) =>
    measureSearch({ database, corpus, rows, beforeIndex: `set local maintenance_work_mem = '1GB'` }),
  )
}

async function searchFolder() {
  corpus ??= await readCorpus(options.texts, embedder, Math.max(...rows))
  const folder = join(tmpdir(), `bert-embed-pglite-${process.pid}`)
  const database = await openDatabase({ folder })
  await prepareTables(database, settings)
  await measureSearch({ database, corpus, rows: rows.filter((count) => count <= maxFolderRows) })
  await database.close()
  await rm(folder, { recursive: true })
}

async function withPostgres(measure) {
  const postgres = await createPostgres()
  if (!postgres) return
  const database = await openDatabase({ url: postgres.url })
  try {
    await prepareTables(database, settings)
    await measure(database, postgres.url)
  } finally {
    await database.close()
    await postgres.remove()
  }
}
