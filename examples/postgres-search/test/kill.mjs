/**
 * Kills workers in the middle of their jobs, stops one for longer than its heartbeat, and crashes the database. At the end, every
 * chunk has to be in the table, written once, with the vector of its text.
 *
 *   npm run test:postgres
 *   DATABASE_PYTHON=python3 npm run test:postgres -- --documents 500 --model sentence-transformers/all-MiniLM-L6-v2
 */

import assert from 'node:assert/strict'
import { appendFile, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createEmbedder } from 'bert-embed'
import { splitIntoChunks } from '../chunks.mjs'
import { openDatabase } from '../database.mjs'
import { sendJobs, startQueue } from '../queue.mjs'
import { createPostgres } from '../support/postgres.mjs'
import { startProgram } from '../support/program.mjs'
import { listDocuments } from '../texts.mjs'
import { writeCorpus } from './corpus.mjs'

const { values: options } = parseArgs({
  options: {
    documents: { type: 'string', default: '800' },
    model: {
      type: 'string',
      default: fileURLToPath(new URL('../../../models/bert-embed-small-en', import.meta.url)),
    },
    kills: { type: 'string', default: '5' },
  },
})

const postgres = await createPostgres()
if (postgres) await testKills(postgres)

async function testKills(postgres) {
  const texts = join(tmpdir(), `bert-embed-texts-${process.pid}`)
  const env = { DATABASE_URL: postgres.url }
  const programs = []
  const startWorker = () => {
    const worker = startProgram('worker.mjs', ['--threads', '1'], env)
    programs.push(worker)
    return worker
  }
  const embedder = await createEmbedder({ model: options.model })
  const database = await openDatabase({ url: postgres.url })
  const first = async (sql) => Object.values((await database.query(sql))[0])[0]
  const activeJobs = () => first(`select count(*)::int from pgboss.job where state = 'active'`)
  const waiting = () => first('select count(*)::int from document where indexed_hash is distinct from hash')

  const allIndexed = async () => {
    while ((await waiting()) > 0) await pause(200)
  }

  try {
    await writeCorpus(texts, Number(options.documents))
    const serve = async (...args) => {
      const server = startProgram(
        'server.mjs',
        ['--texts', texts, '--search-only', '--port', '0', ...args],
        env,
      )
      await server.prints(/http:/)
      server.kill('SIGTERM')
      await server.ended
    }
    await serve('--model', options.model)
    await database.query('create table chunk_write (document_id int, position int, hash text)')
    await database.query(`create function record_write() returns trigger language plpgsql as
      $$ begin insert into chunk_write values (new.document_id, new.position, new.hash); return new; end $$`)
    await database.query(
      'create trigger recorded after insert or update on chunk for each row execute function record_write()',
    )

    const workers = [startWorker(), startWorker()]
    await Promise.all(workers.map((worker) => worker.prints(/embedded now/)))
    for (let kill = 0; kill < Number(options.kills); kill++) {
      while ((await activeJobs()) === 0) await pause(5)
      const victim = workers.shift()
      victim.kill('SIGKILL')
      await victim.ended
      workers.push(startWorker())
      await workers[1].prints(/embedded now/)
    }
    console.log(`${options.kills} workers killed, with ${await waiting()} documents left`)

    await postgres.crash()
    await postgres.start()
    console.log(`database crashed and started, with ${await waiting()} documents left`)

    await allIndexed()
    const countBatches = () => workers[0].output.split('embedded now').length
    const before = countBatches()
    await writeCorpus(join(texts, 'more'), 200)
    await serve()
    // The worker takes the next batch as soon as it has written one.
    while (countBatches() === before) await pause(5)
    await pause(50)
    workers[0].kill('SIGSTOP')
    await pause(30_000)
    workers[0].kill('SIGCONT')
    await within(
      10_000,
      workers[0].prints(/no longer active under this worker's claim|Another worker has taken over/),
    )
    console.log(`a worker stood still for 30 s, with ${await waiting()} documents left`)

    await allIndexed()
    const retried = await first('select count(*)::int from pgboss.job where retry_count > 0')
    console.log(`${retried} jobs were given to another worker, and the late batch was refused`)
    assert.ok(retried > 0, 'no worker was killed in the middle of a job')
    await checkChunks()

    const [name] = await listDocuments(texts)
    await appendFile(join(texts, name), ' and a new ending')
    await database.query('truncate chunk_write')
    await serve()
    await allIndexed()
    console.log(
      `one document changed at its end: ${await first('select count(*)::int from chunk_write')} chunk written`,
    )
    assert.equal(await first('select count(*)::int from chunk_write'), 1)

    await changeWhileIndexing()
    console.log('a document that was being saved while a worker read it was indexed again')

    for (const worker of workers) worker.kill('SIGTERM')
    await Promise.all(workers.map(({ ended }) => ended))
  } finally {
    for (const { kill } of programs) kill('SIGKILL')
    await database.close()
    await embedder.dispose()
    await postgres.remove()
    await rm(texts, { recursive: true, force: true })
  }

  /** A worker takes a job and reads the document before a transaction commits that changes the document. */
  async function changeWhileIndexing() {
    const queue = await startQueue(database, { onProblem: console.error })
    await database.transaction(async (saving) => {
      const changed = await saving.query(
        `update document set content = content || ' late', hash = 'late' where id = 1 returning id`,
      )
      await database.transaction((other) => sendJobs(queue, other, changed))
      await sendJobs(queue, saving, changed) // adds nothing, because a job is waiting
      await pause(2000)
    })
    await within(10_000, allIndexed())
    await queue.stop()
  }

  /** Compares the table with chunks and vectors that are computed here. */
  async function checkChunks() {
    const expected = []
    for (const name of await listDocuments(texts)) {
      const content = await readFile(join(texts, name), 'utf8')
      splitIntoChunks(content, embedder).forEach(({ text, hash }, position) => {
        expected.push({ name, position, text, hash })
      })
    }
    const stored = await database.query(
      `select name, position, text, chunk.hash, embedding::text as embedding
       from chunk join document on document.id = document_id order by name collate "C", position`,
    )
    const withoutVector = stored.map(({ embedding, ...chunk }) => chunk)
    assert.deepEqual(withoutVector, expected)

    const vectors = await embedder.embedDocuments(
      expected.map(({ text }) => text),
      { normalize: true },
    )
    let difference = 0
    stored.forEach(({ embedding }, i) => {
      JSON.parse(embedding).forEach((value, k) => {
        difference = Math.max(difference, Math.abs(value - vectors[i][k]))
      })
    })
    assert.ok(difference < 1e-5, `a vector differs by ${difference}`)

    const writes = await first('select count(*)::int from chunk_write')
    const repeated = await first(
      `select count(*)::int from (
         select from chunk_write group by document_id, position having count(*) > 1) as repeated`,
    )
    console.log(
      `${stored.length} chunks, ${writes} writes, ${repeated} written twice, largest difference ${difference}`,
    )
    assert.equal(repeated, 0)
    assert.equal(writes, stored.length)
  }
}

function within(milliseconds, promise) {
  const late = pause(milliseconds).then(() =>
    Promise.reject(new Error(`Nothing happened within ${milliseconds} ms.`)),
  )
  return Promise.race([promise, late])
}
