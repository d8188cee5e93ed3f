/** The queue of documents to index: pg-boss, in the same database as the documents. */

import { PgBoss } from 'pg-boss'

const queueName = 'index-document'

/** The most documents that one worker takes at once. Their chunks share the model's batches. */
const documentsPerBatch = 8

/** A worker that is killed stops its heartbeat. Its documents are then given to another worker. */
const heartbeatSeconds = 20
const checkSeconds = 5

const queueOptions = {
  // At most one waiting job for each key. A document that changes while a worker has it gets a second job.
  policy: 'short',
  heartbeatSeconds,
  // Only bounds a worker that hangs: a long document may take long.
  expireInSeconds: 3600,
  retryLimit: 10,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  deleteAfterSeconds: 3600,
}

/** Starts the queue. `onProblem` gets errors of the connection, after which the queue goes on by itself. */
export async function startQueue(database, { onProblem }) {
  const queue = new PgBoss({
    ...database.queueOptions,
    schedule: false,
    superviseIntervalSeconds: checkSeconds,
    monitorIntervalSeconds: checkSeconds,
  })
  queue.on('error', onProblem)
  await queue.start()
  await queue.createQueue(queueName, queueOptions)
  return queue
}

/** Adds jobs for documents as part of a transaction. */
export async function sendJobs(queue, transaction, documents) {
  const jobs = documents.map(({ id }) => ({ data: { document: id }, singletonKey: String(id) }))
  if (jobs.length > 0) await queue.insert(queueName, jobs, { db: transaction.queue })
}

/** Calls `handle` with batches of jobs, until the queue is stopped. */
export function workOn(queue, handle) {
  const options = {
    batchSize: documentsPerBatch,
    pollingIntervalSeconds: 0.5,
    burstWhenBatchFull: true,
    heartbeatRefreshSeconds: heartbeatSeconds / 4,
  }
  return queue.work(queueName, options, handle)
}

/**
 * Ends jobs as part of a transaction. The transaction fails if the queue has given one of them to another worker, as when
 * this process was stopped for longer than a heartbeat.
 */
export async function completeJobs(queue, transaction, jobs) {
  const { affected } = await queue.complete(queueName, jobs, null, { db: transaction.queue })
  if (affected !== jobs.length) throw new Error('Another worker has taken over these documents.')
}
