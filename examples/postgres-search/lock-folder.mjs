/** Keeps a second process out of a folder. PGlite has no such lock, and two processes would destroy the data. */

import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { userError } from './errors.mjs'

/** Returns a function that removes the lock. The lock of a process that has ended is replaced. */
export async function lockFolder(folder) {
  const path = join(folder, 'process.lock')
  const create = () => writeFile(path, String(process.pid), { flag: 'wx' })
  try {
    await create()
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    const owner = Number(await readFile(path, 'utf8'))
    if (isRunning(owner)) {
      const message = `Process ${owner} uses ${folder}. Stop it first, or share a Postgres server: set DATABASE_URL.`
      throw userError('FOLDER_IN_USE', message)
    }
    await rm(path)
    await create()
  }
  return () => rm(path, { force: true })
}

function isRunning(pid) {
  if (!(pid > 0) || pid === process.pid) return false
  try {
    return process.kill(pid, 0) // signal 0 only asks whether the process exists
  } catch (error) {
    return error.code === 'EPERM'
  }
}
