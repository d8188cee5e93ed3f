/** The Web backend: onnxruntime-web in a worker, on WebAssembly or WebGPU. */

import { BertEmbedError, describe } from '../../errors.js'
import type { Backend } from '../backend.js'
import { checkThreads } from '../check-threads.js'
import { type WorkerLike, workerBackend } from '../worker/worker-backend.js'
import { workerStarter } from '../worker/worker-starter.js'
import type { OrtBackendOptions } from './ort-in-thread.web.js'

export interface WebBackendOptions extends OrtBackendOptions {
  /**
   * Run in a worker, so that the page stays responsive. `false` runs in the thread that asks; a function starts a
   * worker of one's own, whose code is the module `bert-embed/worker`.
   *
   * @default true, unless `ort` is given; where a worker cannot start, the thread that asks
   */
  readonly worker?: boolean | (() => WorkerLike) | undefined
}

/** On one thread 1,024 tokens took a fifth longer each, and between 128 and 512 there was no difference; nor was any on two. */
const wasmBatchTokens = 256

/** What `webBackend` gives, for options that are checked already. */
export function openWebBackend(options: WebBackendOptions = {}): Backend {
  const inThread = lazyOrtBackend(options)
  const { worker = options.ort === undefined } = options
  const createWorker = workerStarter(worker, startWorker)
  const backend = createWorker
    ? workerBackend({
        name: inThread.name,
        createWorker,
        settings: { wasmPaths: absolute(options.wasmPaths) },
        fallback: () => inThread,
      })
    : inThread
  return {
    name: backend.name,
    batchTokens: ({ device = 'wasm' }) => (device === 'wasm' ? wasmBatchTokens : undefined),
    async createSession(model, sessionOptions = {}) {
      await checkDevice(sessionOptions.device)
      checkThreads(sessionOptions.threads)
      return backend.createSession(model, sessionOptions)
    },
  }
}

/** Loaded when it is needed: most pages have a worker, which has this code for itself. */
function lazyOrtBackend(options: OrtBackendOptions): Backend {
  return {
    name: 'onnxruntime-web',
    async createSession(model, sessionOptions) {
      const { ortBackend } = await import('./ort-in-thread.web.js')
      return ortBackend(options).createSession(model, sessionOptions)
    },
  }
}

/** The form in which bundlers know a worker: they bundle the file it names, and put its new URL here. */
function startWorker(): WorkerLike {
  return new Worker(new URL('./ort-worker.js', import.meta.url), { type: 'module' })
}

/** A worker's relative URLs start from its own file. */
function absolute(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url, globalThis.location?.href).href
}

async function checkDevice(device = 'wasm'): Promise<void> {
  if (device === 'wasm') return
  if (device !== 'webgpu')
    throw new BertEmbedError(
      'UNSUPPORTED_DEVICE',
      `onnxruntime-web has no device ${describe(device)}; it has "wasm" and "webgpu".`,
    )
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } }
  if (!(await gpu?.requestAdapter()))
    throw new BertEmbedError('UNSUPPORTED_DEVICE', 'There is no WebGPU here: use device "wasm".')
}
