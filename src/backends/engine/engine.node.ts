/** The engine in Node: in a worker thread, with further worker threads. */

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
// biome-ignore lint/style/useNodejsImportProtocol: see node-worker.node.ts
import { Worker } from 'worker_threads'
import { checkBoolean, checkOptions } from '../../checks/check-options.js'
import type { Backend } from '../backend.js'
import { checkWorker, workerStarter } from '../backend-options.js'
import { type NodeWorker, toWorkerLike, workerOptions } from '../worker/node-worker.node.js'
import { warnWithoutWorker } from '../worker/without-worker.node.js'
import { workerBackend } from '../worker/worker-backend.js'
import { engineInThread, refuseOnnx } from './engine-in-thread.js'
import { engineName } from './engine-name.js'
import { planBackend } from './plan-backend.js'
import { readFileRange } from './read-file-range.node.js'

export interface EngineBackendOptions {
  /**
   * Use relaxed SIMD instructions, which make float32 up to twice as fast. `false` gives vectors that are equal bit for
   * bit in every runtime.
   *
   * @default true where the runtime has them
   */
  readonly relaxedSimd?: boolean | undefined
  /**
   * Run each model on a worker thread, so that the event loop is not blocked. `false` runs it in the calling thread,
   * with one thread. A function starts the caller's `Worker`, whose code must be the package's file
   * `dist/engine-worker.node.js`.
   *
   * @default true. If a worker cannot start, the calling thread runs the model, and the process emits a warning.
   */
  readonly worker?: boolean | (() => NodeWorker) | undefined
}

/**
 * Creates a backend on the library's own engine in WebAssembly. It needs no native code, and runs models whose
 * safetensors the library reads.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 */
export function engineBackend(options: EngineBackendOptions = {}): Backend {
  checkOptions('engineBackend', options, { relaxedSimd: checkBoolean, worker: checkWorker })
  return openEngineBackend(options)
}

/** Like {@link engineBackend}, for options that are already checked. */
export function openEngineBackend({
  worker = true,
  relaxedSimd,
}: EngineBackendOptions = {}): Required<Backend> {
  const inThread = {
    name: engineName,
    createSession: refuseOnnx,
    ...engineInThread({ relaxedSimd, cores: availableParallelism(), readFile: readFileRange }),
  }
  const start = workerStarter(worker, startWorker)
  const backend = start
    ? workerBackend({
        name: engineName,
        createWorker: () => toWorkerLike(start()),
        settings: { relaxedSimd },
        fallback: (reason) => warningBackend(inThread, reason),
      })
    : inThread
  return planBackend(backend)
}

/** Replaces a worker thread that could not start. Emits one warning that says why. */
function warningBackend(
  inThread: Backend & Required<Pick<Backend, 'createPlanSession'>>,
  reason: Error,
): Backend {
  return {
    ...inThread,
    async createPlanSession(model, options) {
      const session = await inThread.createPlanSession(model, options)
      warnWithoutWorker(reason, 'engineBackend')
      return session
    },
  }
}

/** Bundlers for servers recognise both of these forms. In CommonJS, the build replaces import.meta.url by undefined. */
function startWorker(): NodeWorker {
  const options = workerOptions()
  return import.meta.url === undefined
    ? new Worker(join(__dirname, 'engine-worker.node.js'), options)
    : new Worker(new URL('./engine-worker.node.js', import.meta.url), options)
}
