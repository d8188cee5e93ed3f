/** The Web backend: onnxruntime-web in a worker, on WebAssembly or WebGPU. */

import { checkOptions } from '../../checks/check-options.js'
import { BertEmbedError, describe } from '../../errors.js'
import type { Backend } from '../backend.js'
import { checkOrt, checkThreads, checkWasmPaths, checkWorker, workerStarter } from '../backend-options.js'
import { type WorkerLike, workerBackend } from '../worker/worker-backend.js'
import type { OrtBackendOptions } from './ort-in-thread.web.js'

export interface WebBackendOptions extends OrtBackendOptions {
  /**
   * Run the model in a worker, so that the page stays responsive. `false` runs it in the calling thread. A function
   * starts the caller's `Worker`, whose code must be the module `bert-embed/worker`.
   *
   * @default true, or false if `ort` is given. If a worker cannot start, the calling thread runs the model.
   */
  readonly worker?: boolean | (() => WorkerLike) | undefined
}

/**
 * With one thread, a batch of 1,024 tokens took a fifth longer per token, and 128 to 512 tokens made no difference.
 * With two threads, none of these sizes made a difference.
 */
const wasmBatchTokens = 256

/**
 * Creates a backend on onnxruntime-web, which is imported with the first model.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 */
export function webBackend(options: WebBackendOptions = {}): Backend {
  checkOptions('webBackend', options, { ort: checkOrt, worker: checkWorker, wasmPaths: checkWasmPaths })
  return openWebBackend(options)
}

/** Like {@link webBackend}, for options that are already checked. Options with other names are ignored. */
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

/** Imported on demand: most pages use a worker, which has a separate copy of this code. */
function lazyOrtBackend(options: OrtBackendOptions): Backend {
  return {
    name: 'onnxruntime-web',
    async createSession(model, sessionOptions) {
      const { ortBackend } = await import('./ort-in-thread.web.js')
      return ortBackend(options).createSession(model, sessionOptions)
    },
  }
}

/** Bundlers recognise this form: they bundle the file and replace its URL. */
function startWorker(): WorkerLike {
  return new Worker(new URL('./ort-worker.js', import.meta.url), { type: 'module' })
}

/** Makes a URL absolute, because a worker resolves relative URLs against the URL of its file, not the page's. */
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
    throw new BertEmbedError('UNSUPPORTED_DEVICE', 'WebGPU is not available: use device "wasm".')
}
