/** Runs the engine inside a worker: a session that other threads call, or a further thread of such a session. */

import type { Kernels } from '../../engine/execute.js'
import { serveRuns, type ThreadSetup } from '../../engine/threads.js'
import { webAssembly } from '../../engine/web-assembly.js'
import type { MessageEndpoint, WorkerLike } from '../worker/backend-messages.js'
import { serveBackend } from '../worker/serve-backend.js'
import { type EngineInThreadOptions, engineInThread, refuseOnnx } from './engine-in-thread.js'
import { engineName } from './engine-name.js'
import type { EngineThread } from './engine-session.js'

/** The first message to a further thread. */
interface ThreadMessage {
  readonly thread: ThreadSetup
}

/** Its answer, before it waits for runs. */
interface ThreadAnswer {
  readonly isWaiting: true
}

/** Serves either role, which the first message decides. */
export function serveEngine(endpoint: MessageEndpoint, options: EngineInThreadOptions): void {
  serveBackend(
    ({ relaxedSimd }) => ({
      name: engineName,
      createSession: refuseOnnx,
      ...engineInThread({ ...options, relaxedSimd }),
    }),
    endpoint,
  )
  endpoint.addEventListener('message', ({ data }) => {
    if (typeof data !== 'object' || data === null || !('thread' in data)) return
    const { thread } = data as ThreadMessage
    const { memory, module } = thread
    const kernels = new (webAssembly().Instance)(module, { env: { memory } }).exports as Kernels
    endpoint.postMessage({ isWaiting: true } satisfies ThreadAnswer, [])
    serveRuns(thread, kernels)
  })
}

/** Turns a worker that calls `serveEngine` into a further thread. Rejects if it cannot start. */
export function startEngineThread(
  createWorker: () => WorkerLike,
  thread: ThreadSetup,
): Promise<EngineThread> {
  return new Promise((resolve, reject) => {
    const worker = createWorker()
    let hasEnded = false
    const close = () => {
      worker.terminate()
    }
    worker.addEventListener('error', (event) => {
      event.preventDefault?.()
      hasEnded = true
      close()
      reject(new Error(event.message))
    })
    worker.addEventListener('message', ({ data }) => {
      if ('isWaiting' in (data as ThreadAnswer)) resolve({ hasEnded: () => hasEnded, close })
    })
    worker.postMessage({ thread } satisfies ThreadMessage, [])
  })
}
