/**
 * Saves the documents of a folder, indexes them, and serves a page to search in them.
 *
 *   node server.mjs
 *   DATABASE_URL=postgres://... node server.mjs --texts ~/notes --model sentence-transformers/all-MiniLM-L6-v2 --dtype q8
 */

import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { removeOtherDocuments, saveDocuments, sendMissingJobs } from './documents.mjs'
import { userError } from './errors.mjs'
import { servePage } from './page.mjs'
import { runProgram, start, work } from './start.mjs'
import { listDocuments, readDocuments } from './texts.mjs'

const options = {
  texts: { type: 'string', default: fileURLToPath(new URL('../../docs', import.meta.url)) },
  model: { type: 'string' },
  dtype: { type: 'string' },
  data: { type: 'string' },
  port: { type: 'string', default: process.env.PORT ?? '3000' },
  'search-only': { type: 'boolean', default: false },
}

await runProgram(async (onExit) => {
  const { values } = parseArgs({ options })
  const folder = resolve(values.texts)
  if (!(await stat(folder).catch(() => undefined))?.isDirectory())
    throw userError('NO_FOLDER', `${folder} is not a folder. Name one with --texts.`)

  // The database keeps the name for workers, which may run in another folder.
  const model = values.model?.startsWith('.') ? resolve(values.model) : values.model
  const parts = await start({ ...values, model, mayReplaceModel: true, onExit })
  await saveFolder(folder, parts)
  const page = await servePage({ ...parts, port: Number(values.port) })
  onExit(page.close)
  if (!values['search-only']) await work(parts)
  console.log(`${page.url}  (${parts.settings.model}, ${parts.settings.dtype})`)
})

async function saveFolder(folder, { database, queue }) {
  const names = await listDocuments(folder)
  const onSkipped = (name, reason) => console.error(`${name} was left out: ${reason}.`)
  let changed = 0
  for await (const documents of readDocuments(folder, names, { onSkipped }))
    changed += await saveDocuments(database, queue, folder, documents)
  const removed = await removeOtherDocuments(database, folder, names)
  await sendMissingJobs(database, queue)
  console.log(`${names.length} files in ${folder}: ${changed} new or changed, ${removed} removed.`)
}
