/** Creates the tables, and keeps the vectors of one model at a time in them. */

import { readFile } from 'node:fs/promises'
import { chunkTokens, overlapTokens } from './chunks.mjs'
import { userError } from './errors.mjs'

const schema = await readFile(new URL('schema.sql', import.meta.url), 'utf8')

/** Held while the tables are created or changed, because several processes may start at once. */
const lockTables = 'select pg_advisory_xact_lock(8201)'

/** Returns the settings of the stored vectors, or `undefined` for a new database. */
export async function readSettings({ query }) {
  const [{ table }] = await query(`select to_regclass('embedding_settings') as table`)
  if (table === null) return undefined
  const [settings] = await query(`select * from embedding_settings`)
  return settings
}

/**
 * Creates missing tables. If the settings have changed, it also removes all chunks, so that every document is embedded again.
 *
 * @returns {Promise<boolean>} whether chunks were removed
 */
export function prepareTables(database, { model, dtype, dimension }) {
  const settings = [model, dtype, dimension, chunkTokens, overlapTokens]
  return database.transaction(async ({ query, execute }) => {
    await query(lockTables)
    // Locked first, so that no worker is writing vectors while the table changes.
    const hasChanged =
      (await readSettings({ query })) !== undefined && !(await hasSettings({ query }, settings, 'for update'))
    if (hasChanged) await execute(`drop table chunk; update document set indexed_hash = null`)
    await execute(schema.replaceAll(':dimension', String(dimension)))
    await query(
      `insert into embedding_settings (model, dtype, dimension, chunk_tokens, overlap_tokens) values ($1, $2, $3, $4, $5)
       on conflict (is_only) do update set (model, dtype, dimension, chunk_tokens, overlap_tokens)
         = (excluded.model, excluded.dtype, excluded.dimension, excluded.chunk_tokens, excluded.overlap_tokens)`,
      settings,
    )
    return hasChanged
  })
}

/**
 * Refuses to write vectors of a model that has been replaced since this process started. The settings cannot change
 * until the transaction ends.
 */
export async function checkSettings({ query }, { model, dtype, dimension }) {
  const settings = [model, dtype, dimension, chunkTokens, overlapTokens]
  if (await hasSettings({ query }, settings, 'for share')) return
  const message = `The database has vectors of another model or dtype now than ${model}, ${dtype}. Start this process again.`
  throw userError('MODEL_REPLACED', message)
}

async function hasSettings({ query }, settings, lock) {
  const [{ equal }] = await query(
    `select (model, dtype, dimension, chunk_tokens, overlap_tokens) = ($1, $2, $3::int, $4::int, $5::int) as equal
     from embedding_settings ${lock}`,
    settings,
  )
  return equal
}
