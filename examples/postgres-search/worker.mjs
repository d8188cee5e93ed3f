/**
 * Indexes documents that the server has saved. Run any number of workers, on any number of machines:
 *
 *   DATABASE_URL=postgres://... node worker.mjs
 */

import { parseArgs } from 'node:util'
import { userError } from './errors.mjs'
import { runProgram, start, work } from './start.mjs'

await runProgram(async (onExit) => {
  const { values } = parseArgs({ options: { threads: { type: 'string' } } })
  if (!process.env.DATABASE_URL) {
    const message =
      'Set DATABASE_URL: only a Postgres server can be shared. With PGlite, `npm start` is the worker.'
    throw userError('NO_DATABASE_URL', message)
  }
  const parts = await start({
    threads: values.threads === undefined ? undefined : Number(values.threads),
    mayReplaceModel: false,
    onExit,
  })
  await work(parts)
  console.log(
    `Waiting for documents of ${parts.database.name}. Model ${parts.settings.model}, ${parts.settings.dtype}.`,
  )
})
