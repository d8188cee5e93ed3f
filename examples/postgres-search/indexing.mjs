/** Indexes the documents of a batch of jobs: splits them into chunks, embeds the new ones, and writes all in one transaction. */

import { splitIntoChunks } from './chunks.mjs'
import { lockUnindexed, readUnindexed, writeChunks } from './documents.mjs'
import { completeJobs, sendJobs, workOn } from './queue.mjs'
import { checkSettings } from './settings.mjs'

/**
 * Takes documents from the queue until it is stopped.
 *
 * @param {{ onBatch: (counts: { documents: number, chunks: number, embedded: number }) => void, onProblem: (error: Error) => void }} options
 */
export function indexFromQueue({ database, queue, embedder, settings, onBatch, onProblem }) {
  return workOn(queue, async (jobs) => {
    try {
      const ids = jobs.map(({ data }) => data.document)
      const documents = await readUnindexed(database, ids)
      const prepared = documents.map((document) => prepare(document, embedder))
      // Aborted when this worker has lost a job, as after it stood still for longer than a heartbeat.
      const signal = AbortSignal.any(jobs.map((job) => job.signal))
      const embedded = await embedChunks(prepared, embedder, signal)
      await database.transaction(async (transaction) => {
        await checkSettings(transaction, settings)
        const unindexed = await lockUnindexed(transaction, ids)
        const isUnchanged = ({ id, hash }) => unindexed.some((now) => now.id === id && now.hash === hash)
        const current = prepared.filter(({ document }) => isUnchanged(document))
        for (const { document, chunks } of current) await writeChunks(transaction, document, chunks)
        // The others were changed after they were read.
        const written = new Set(current.map(({ document }) => document.id))
        await sendJobs(
          queue,
          transaction,
          unindexed.filter(({ id }) => !written.has(id)),
        )
        // With the chunks: either both are stored, or neither.
        await completeJobs(queue, transaction, jobs)
      })
      const chunks = prepared.reduce((sum, { chunks }) => sum + chunks.length, 0)
      onBatch({ documents: documents.length, chunks, embedded })
    } catch (error) {
      onProblem(error)
      throw error // the queue gives the documents to a worker again
    }
  })
}

function prepare(document, embedder) {
  return { document, chunks: splitIntoChunks(document.content, embedder) }
}

/** Adds vectors to the chunks that have none in the table, and returns their number. */
async function embedChunks(prepared, embedder, signal) {
  const missing = prepared.flatMap(({ document, chunks }) => {
    const embedded = new Set(document.embedded)
    return chunks.filter(({ hash }) => !embedded.has(hash))
  })
  const vectors = await embedder.embedDocuments(
    missing.map(({ text }) => text),
    { normalize: true, signal },
  )
  missing.forEach((chunk, i) => {
    chunk.vector = vectors[i]
  })
  return missing.length
}
