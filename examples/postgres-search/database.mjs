/**
 * The same SQL on two databases: PGlite, which is Postgres in this process with its data in one folder, and a Postgres
 * server.
 *
 * `query` returns rows. `transaction` passes an object with `query` and with `queue`, which lets pg-boss take part.
 */

import { mkdir } from 'node:fs/promises'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import pg from 'pg'
import { fromPglite } from 'pg-boss'
import { userError } from './errors.mjs'
import { lockFolder } from './lock-folder.mjs'

/** HNSW returns at most this many rows. The method `binary` takes that many candidates (search.mjs). */
export const hnswCandidates = 100

/** @param {{ url?: string, folder: string }} options `url` names a Postgres server. Without it, `folder` is opened. */
export function openDatabase({ url, folder }) {
  return url ? openPostgres(url) : openFolder(folder)
}

async function openFolder(folder) {
  await mkdir(folder, { recursive: true })
  const unlock = await lockFolder(folder)
  const database = await PGlite.create(`${folder}/postgres`, { extensions: { vector } })
  await database.exec(`set hnsw.ef_search = ${hnswCandidates}`)
  return {
    name: folder,
    query: (sql, values) => database.query(sql, values).then(({ rows }) => rows),
    transaction: (run) =>
      database.transaction((client) =>
        run({
          query: (sql, values) => client.query(sql, values).then(({ rows }) => rows),
          execute: (sql) => client.exec(sql),
          queue: fromPglite(client),
        }),
      ),
    queueOptions: { db: fromPglite(database), backend: 'pglite' },
    async close() {
      await database.close()
      await unlock()
    },
  }
}

async function openPostgres(url) {
  if (!/^postgres(ql)?:\/\//.test(url))
    throw userError('INVALID_DATABASE_URL', 'DATABASE_URL has to start with postgres:// or postgresql://')
  const pool = new pg.Pool({ connectionString: url, options: `-c hnsw.ef_search=${hnswCandidates}` })
  // The server may close idle connections, for example when it restarts. The pool opens new ones.
  pool.on('error', () => {})
  const [{ name }] = (await pool.query('select current_database() as name')).rows
  return {
    name,
    query: (sql, values) => pool.query(sql, values).then(({ rows }) => rows),
    async transaction(run) {
      const client = await pool.connect()
      // A lost connection fails the statement, too. Without a listener, it would end the process.
      const ignore = () => {}
      client.on('error', ignore)
      let failure
      try {
        await client.query('begin')
        const result = await run({
          query: (sql, values) => client.query(sql, values).then(({ rows }) => rows),
          execute: (sql) => client.query(sql),
          queue: { executeSql: (sql, values) => client.query(sql, values) },
        })
        await client.query('commit')
        return result
      } catch (error) {
        failure = error
        await client.query('rollback').catch(() => {})
        throw error
      } finally {
        client.off('error', ignore)
        client.release(failure)
      }
    },
    queueOptions: { connectionString: url },
    close: () => pool.end(),
  }
}
