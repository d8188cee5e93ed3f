/** Starts sessions of the engine with further threads, which are real worker threads. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import type { BackendSession, PlanModel } from '../../src/backends/backend.js'
import {
  createEngineSession,
  type EngineOptions,
  type EngineThread,
} from '../../src/backends/engine/engine-session.js'
import { startEngineThread } from '../../src/backends/engine/serve-engine.js'
import { toWorkerLike } from '../../src/backends/worker/node-worker.node.js'
import type { ThreadSetup } from '../../src/engine/threads.js'

export interface EngineThreads {
  /** Lists the worker threads that were started. */
  readonly workers: Worker[]
  start(setup: ThreadSetup): Promise<EngineThread>
  /** Starts a thread that fails in its second run. */
  startFailing(setup: ThreadSetup, failure: 'throw' | 'exit'): Promise<EngineThread>
  remove(): void
}

export async function buildThreads(): Promise<EngineThreads> {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'bert-embed-threads-'))
  await build({
    absWorkingDir: root,
    entryPoints: {
      thread: 'src/backends/engine/engine-worker.node.ts',
      failing: 'test/engine/failing-thread.ts',
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    packages: 'external',
    platform: 'node',
    logLevel: 'error',
  })
  const workers: Worker[] = []
  function started(worker: Worker): Worker {
    workers.push(worker)
    return worker
  }
  return {
    workers,
    start: (setup) =>
      startEngineThread(() => toWorkerLike(started(new Worker(join(folder, 'thread.mjs')))), setup),
    async startFailing(thread, failure) {
      const worker = started(new Worker(join(folder, 'failing.mjs'), { workerData: { thread, failure } }))
      await new Promise((resolve) => worker.once('message', resolve))
      return { hasEnded: () => false, close: () => void worker.terminate() }
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** Creates a session in this thread. */
export function openSession(
  { plan, files }: PlanModel,
  options: Omit<EngineOptions, 'read'> = {},
): Promise<BackendSession> {
  const byPath = new Map(files.map((file) => [file.path, file]))
  return createEngineSession(plan, {
    ...options,
    read: (path, start, end) => byPath.get(path)!.read(start, end),
  })
}
