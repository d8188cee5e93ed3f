/** The SQL that writes documents and their chunks. search.mjs has the SQL that reads them. */

import { hashOf } from './chunks.mjs'
import { sendJobs } from './queue.mjs'

/**
 * Saves documents, and sends a job for each new or changed one in the same transaction.
 *
 * @returns {Promise<number>} the number of new and changed documents
 */
export function saveDocuments(database, queue, folder, documents) {
  return database.transaction(async (transaction) => {
    const changed = await transaction.query(
      `insert into document (folder, name, content, hash)
       select $1, name, content, hash from unnest($2::text[], $3::text[], $4::text[]) as new (name, content, hash)
       on conflict (folder, name) do update set content = excluded.content, hash = excluded.hash
         where document.hash <> excluded.hash
       returning id`,
      [
        folder,
        documents.map(({ name }) => name),
        documents.map(({ content }) => content),
        documents.map(({ content }) => hashOf(content)),
      ],
    )
    await sendJobs(queue, transaction, changed)
    return changed.length
  })
}

/** Removes the documents of a folder that are not named, with their chunks. */
export async function removeOtherDocuments({ query }, folder, names) {
  const removed = await query(
    `delete from document where folder = $1 and name <> all ($2::text[]) returning id`,
    [folder, names],
  )
  return removed.length
}

/** Sends a job for each document without up-to-date chunks. A document that already waits in the queue gets no second job. */
export function sendMissingJobs(database, queue) {
  return database.transaction(async (transaction) => {
    const missing = await transaction.query(
      `select id from document where indexed_hash is distinct from hash order by id`,
    )
    await sendJobs(queue, transaction, missing)
  })
}

/** Reads the documents that still have to be indexed, with the hashes of the chunks that have vectors. */
export function readUnindexed({ query }, ids) {
  return query(
    `select id, content, hash, array(select chunk.hash from chunk where document_id = document.id) as embedded
     from document where id = any ($1::int[]) and indexed_hash is distinct from hash`,
    [ids],
  )
}

/**
 * Locks documents until the transaction ends, and returns those that still have to be indexed. A document that is just being
 * saved is returned as it is after that.
 */
export async function lockUnindexed({ query }, ids) {
  const rows = await query(
    `select id, hash, indexed_hash from document where id = any ($1::int[]) order by id for update`,
    [ids],
  )
  return rows.filter(({ hash, indexed_hash }) => indexed_hash !== hash)
}

/** Replaces the chunks of a document. A chunk without a vector is one whose vector is in the table already. */
export async function writeChunks({ query }, { id, hash }, chunks) {
  await query(
    `with embedded as (select distinct on (hash) hash, embedding from chunk where document_id = $1)
     insert into chunk (document_id, position, start_offset, end_offset, text, hash, embedding)
     select $1, position - 1, start_offset, end_offset, text, hash, coalesce(vector::vector, embedded.embedding)
     from unnest($2::int[], $3::int[], $4::text[], $5::text[], $6::text[])
       with ordinality as new (start_offset, end_offset, text, hash, vector, position)
     left join embedded using (hash)
     on conflict (document_id, position) do update
       set (start_offset, end_offset, text, hash, embedding)
         = (excluded.start_offset, excluded.end_offset, excluded.text, excluded.hash, excluded.embedding)
       where (chunk.start_offset, chunk.hash) <> (excluded.start_offset, excluded.hash)`,
    [
      id,
      chunks.map(({ start }) => start),
      chunks.map(({ end }) => end),
      chunks.map(({ text }) => text),
      chunks.map(({ hash }) => hash),
      chunks.map(({ vector }) => (vector ? toSqlVector(vector) : null)),
    ],
  )
  await query(`delete from chunk where document_id = $1 and position >= $2`, [id, chunks.length])
  await query(`update document set indexed_hash = $2 where id = $1`, [id, hash])
}

export async function countDocuments({ query }) {
  const [counts] = await query(
    `select count(*)::int as documents,
       count(*) filter (where indexed_hash = hash)::int as indexed,
       (select count(*)::int from chunk) as chunks
     from document`,
  )
  return counts
}

/** Writes a vector as pgvector reads it. */
export function toSqlVector(vector) {
  return `[${vector.join(',')}]`
}
