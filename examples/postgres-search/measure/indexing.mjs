/** Measures how many chunks one worker and two workers index per second. */

import { setTimeout as pause } from 'node:timers/promises'
import { countDocuments, saveDocuments } from '../documents.mjs'
import { startQueue } from '../queue.mjs'
import { startProgram } from '../support/program.mjs'
import { listDocuments, readDocuments } from '../texts.mjs'
import { median } from './median.mjs'

const rounds = 3
/** Each as long as an article of some paragraphs, so that both workers have work until the end. */
const documentsPerRun = 120
const documentLength = 1500

const settings = [
  { workers: 1, threads: 1 },
  { workers: 2, threads: 1 },
  { workers: 1, threads: 2 },
]

export async function measureIndexing({ database, url, folder, model }) {
  const documents = await readPieces(folder)
  const queue = await startQueue(database, { onProblem: console.error })
  const results = settings.map((setting) => ({ ...setting, perSecond: [] }))
  for (let round = 0; round < rounds; round++)
    for (const result of results) {
      const programs = Array.from({ length: result.workers }, () =>
        startProgram('worker.mjs', ['--threads', String(result.threads)], { DATABASE_URL: url }),
      )
      await Promise.all(programs.map(({ prints }) => prints(/Waiting/)))
      await database.query('truncate document cascade')
      const started = performance.now()
      await saveDocuments(database, queue, folder, documents)
      let counts
      do {
        await pause(20)
        counts = await countDocuments(database)
      } while (counts.indexed < counts.documents)
      result.perSecond.push(counts.chunks / ((performance.now() - started) / 1000))
      for (const program of programs) program.kill('SIGTERM')
      await Promise.all(programs.map(({ ended }) => ended))
    }
  await queue.stop()
  console.log(`indexing with ${model}`)
  for (const { workers, threads, perSecond } of results) {
    const values = perSecond.map((value) => value.toFixed(1)).join(', ')
    console.log(
      `${workers} workers of ${threads} threads: ${median(perSecond).toFixed(1)} chunks/s of ${values}`,
    )
  }
}

/** Cuts the first texts of a folder into documents of equal length. */
async function readPieces(folder) {
  const names = await listDocuments(folder)
  const { value: documents } = await readDocuments(folder, names, { onSkipped: () => {} }).next()
  return documents.flatMap(cut).slice(0, documentsPerRun)
}

function cut({ name, content }) {
  return Array.from({ length: Math.floor(content.length / documentLength) }, (_, i) => ({
    name: `${name} ${i}`,
    content: content.slice(i * documentLength, (i + 1) * documentLength),
  }))
}
