/**
 * Lets one process at a time run a piece of work, by creating a lock file. Node does not have the flock that Python's
 * huggingface_hub uses, so the lock only excludes other processes with this package.
 */

import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { kill, pid } from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'

export interface FileLockOptions {
  readonly signal?: AbortSignal | undefined
  /** Time in ms without a heartbeat after which the holder counts as dead. @default 20_000, which is four heartbeats */
  readonly staleMs?: number | undefined
  /** Called once if another process has the lock. */
  readonly onWait?: (() => void) | undefined
}

/** Time between two attempts to take the lock. */
const pollMs = 100

/** Runs `work` while holding the lock. Waits for the lock as long as its holder is alive. The folder of `path` has to exist. */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  { signal, staleMs = 20_000, onWait }: FileLockOptions = {},
): Promise<T> {
  const me = [hostname(), pid, randomUUID()].join('\n')
  for (let seen: Holder | undefined; !(await acquire(path, me)); ) {
    const holder = await readHolder(path, seen)
    if (holder && (hasEnded(holder) || Date.now() - holder.seenAt > staleMs)) await removeStale(path, holder)
    else {
      if (holder && !seen) onWait?.()
      await wait(pollMs, undefined, { signal }).catch(() => signal?.throwIfAborted())
    }
    seen = holder
  }
  const heartbeat = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), staleMs / 4)
  heartbeat.unref()
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    if ((await read(path)) === me) await rm(path, { force: true })
  }
}

interface Holder {
  readonly name: string
  readonly mtimeMs: number
  /** When this process first saw the last heartbeat, by its own clock. */
  readonly seenAt: number
}

async function acquire(path: string, me: string): Promise<boolean> {
  try {
    await writeFile(path, me, { flag: 'wx' })
    return true
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (syscall === 'write') await rm(path, { force: true }) // it was created, but the disk is full
    throw error
  }
}

async function readHolder(path: string, seen: Holder | undefined): Promise<Holder | undefined> {
  const status = await stat(path).catch(() => undefined)
  const name = await read(path)
  if (!status || name === undefined) return undefined
  const { mtimeMs } = status
  const isSame = seen?.name === name && seen.mtimeMs === mtimeMs
  return { name, mtimeMs, seenAt: isSame ? seen.seenAt : Date.now() }
}

function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}

/** Whether the holder is a process of this machine that has ended. */
function hasEnded({ name }: Holder): boolean {
  const [host, processId] = name.split('\n')
  if (host !== hostname() || !processId) return false
  try {
    kill(Number(processId), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/**
 * Removes a dead process's lock. Only one rename succeeds. If a live process has taken the lock meanwhile, it is
 * restored.
 */
async function removeStale(path: string, { name }: Holder): Promise<void> {
  const away = `${path}.${randomUUID().slice(0, 8)}`
  try {
    await rename(path, away)
  } catch {
    return
  }
  const taken = await read(away)
  if (taken !== undefined && taken !== name) await acquire(path, taken)
  await rm(away, { force: true })
}
