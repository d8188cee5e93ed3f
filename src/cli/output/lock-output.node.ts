/** Lets one process at a time write an output. */

import process from 'node:process'
import { withFileLock } from '../../sources/cache/file-lock.node.js'
import { isSystemError } from '../../sources/cache/replace-file.node.js'
import { writeFailed } from '../file-errors.js'

/**
 * Runs `work` while no other process writes the output, and waits for such a process with a note. The lock of a process that
 * was killed does not count.
 *
 * @throws {CommandError} `WRITE_FAILED` if the folder cannot be written to.
 */
export async function lockOutput<T>(output: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const path = `${output}.part.lock`
  const onWait = () =>
    void process.stderr.write(`note: another process is writing ${output}. Waiting for it to end.\n`)
  let isLocked = false
  const workLocked = () => {
    isLocked = true
    return work()
  }
  try {
    return await withFileLock(path, workLocked, { signal, onWait })
  } catch (error) {
    throw !isLocked && isSystemError(error) ? writeFailed(output, error) : error
  }
}
