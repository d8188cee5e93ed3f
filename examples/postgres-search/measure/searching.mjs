/** Measures the time of a search and its recall, for each method and number of rows. */

import { toSqlVector } from '../documents.mjs'
import { nearest, searchHybrid } from '../search.mjs'
import { median } from './median.mjs'

const top = 10
const rowsPerInsert = 500

/** Index of a method, and its definition in schema.sql. */
const indexes = {
  hnsw: ['chunk_embedding', 'embedding vector_cosine_ops'],
  halfvec: ['chunk_embedding_half', 'embedding_half halfvec_cosine_ops'],
  binary: ['chunk_embedding_bits', 'embedding_bits bit_hamming_ops'],
}

export async function measureSearch({ database, corpus, rows, beforeIndex = '' }) {
  console.log(`\nsearches in ${database.name}, ${corpus.queries.length} queries`)
  for (const count of rows) {
    await fill(database, corpus.chunks.slice(0, count))
    for (const [method, index] of Object.entries(indexes))
      await buildIndex(database, method, index, beforeIndex)
    await measureQueries(database, corpus.queries, count)
  }
}

async function fill({ query }, chunks) {
  for (const [name] of Object.values(indexes)) await query(`drop index if exists ${name}`)
  await query('truncate document restart identity cascade')
  await query(`insert into document (folder, name, content, hash) values ('', 'measured', '', '')`)
  for (let start = 0; start < chunks.length; start += rowsPerInsert) {
    const group = chunks.slice(start, start + rowsPerInsert)
    await query(
      `insert into chunk (document_id, position, start_offset, end_offset, text, hash, embedding)
       select 1, $1 + position, 0, 0, text, '', vector::vector
       from unnest($2::text[], $3::text[]) with ordinality as new (text, vector, position)`,
      [start, group.map(({ text }) => text), group.map(({ vector }) => toSqlVector(vector))],
    )
  }
  await query('vacuum analyze chunk')
}

async function buildIndex({ query, transaction }, method, [name, definition], beforeIndex) {
  const started = performance.now()
  // In one transaction, because the setting has to be on the same connection.
  await transaction(async ({ execute }) => {
    await execute(`${beforeIndex}; create index ${name} on chunk using hnsw (${definition})`)
  })
  const [{ size }] = await query(`select pg_size_pretty(pg_relation_size('${name}')) as size`)
  console.log(`  index ${method}: ${((performance.now() - started) / 1000).toFixed(1)} s, ${size}`)
}

async function measureQueries(database, queries, count) {
  const methods = Object.keys(nearest)
  const times = Object.fromEntries([...methods, 'hybrid'].map((name) => [name, []]))
  const found = Object.fromEntries(methods.map((name) => [name, 0]))
  const timed = async (name, run) => {
    const started = performance.now()
    const result = await run()
    times[name].push(performance.now() - started)
    return result
  }
  for (const { text, vector } of queries) {
    let exact
    for (const method of methods) {
      const rows = await timed(method, () => database.query(nearest[method], [toSqlVector(vector), top]))
      exact ??= new Set(rows.map(({ id }) => id)) // the first method
      found[method] += rows.filter(({ id }) => exact.has(id)).length
    }
    await timed('hybrid', () => searchHybrid(database, { text, vector, top }))
  }
  for (const [name, values] of Object.entries(times)) {
    const recall = name === 'hybrid' ? '' : `, recall@10 ${(found[name] / (queries.length * top)).toFixed(3)}`
    console.log(`${count} rows, ${name}: ${median(values).toFixed(1)} ms${recall}`)
  }
}
