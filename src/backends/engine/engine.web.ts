/** The engine in browsers: in a worker, with further workers as threads where memory can be shared. */

import { checkBoolean, checkOptions } from '../../checks/check-options.js'
import type { CompiledModule } from '../../engine/web-assembly.js'
import type { Backend } from '../backend.js'
import { checkWorker, workerStarter } from '../backend-options.js'
import { type WorkerLike, workerBackend } from '../worker/worker-backend.js'
import { engineName } from './engine-name.js'
import { planBackend } from './plan-backend.js'

export interface EngineBackendOptions {
  /**
   * Use relaxed SIMD instructions, which make float32 up to twice as fast. `false` gives vectors that are equal bit for
   * bit in every runtime.
   *
   * @default true where the runtime has them
   */
  readonly relaxedSimd?: boolean | undefined
  /**
   * Run the model in a worker, so that the page stays responsive. `false` runs it in the calling thread, with one
   * thread. A function starts the caller's `Worker`, whose code must be the module `bert-embed/engine-worker`.
   *
   * @default true. If a worker cannot start, the calling thread runs the model.
   */
  readonly worker?: boolean | (() => WorkerLike) | undefined
  /**
   * The compiled module `bert-embed/engine.wasm`, for runtimes that forbid compiling, such as Cloudflare Workers. The
   * model then runs in the calling thread.
   */
  readonly module?: CompiledModule | undefined
}

/**
 * Creates a backend on the library's own engine in WebAssembly. It runs models whose safetensors the library reads.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 */
export function engineBackend(options: EngineBackendOptions = {}): Backend {
  checkOptions('engineBackend', options, {
    relaxedSimd: checkBoolean,
    worker: checkWorker,
    module: () => {},
  })
  return openEngineBackend(options)
}

/** Like {@link engineBackend}, for options that are already checked. */
export function openEngineBackend(options: EngineBackendOptions = {}): Required<Backend> {
  const inThread = lazyEngine(options)
  const { worker = options.module === undefined } = options
  const createWorker = workerStarter(worker, startWorker)
  const backend = createWorker
    ? workerBackend({
        name: engineName,
        createWorker,
        settings: { relaxedSimd: options.relaxedSimd },
        fallback: () => inThread,
      })
    : inThread
  return planBackend(backend)
}

/** Imported on demand: most pages use a worker, which has a separate copy of this code. */
function lazyEngine({ module, relaxedSimd }: EngineBackendOptions) {
  return {
    name: engineName,
    async createSession() {
      const { refuseOnnx } = await import('./engine-in-thread.js')
      return refuseOnnx()
    },
    async createPlanSession(...args: Parameters<NonNullable<Backend['createPlanSession']>>) {
      const { engineInThread } = await import('./engine-in-thread.js')
      return engineInThread({ module, relaxedSimd }).createPlanSession(...args)
    },
  }
}

/** Bundlers recognise this form: they bundle the file and replace its URL. */
function startWorker(): WorkerLike {
  return new Worker(new URL('./engine-worker.js', import.meta.url), { type: 'module' })
}
