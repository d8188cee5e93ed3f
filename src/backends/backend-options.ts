/** Options that the Node and the Web backend share: their checks, and how a worker is started. */

import { wrongKind } from '../checks/check-options.js'
import { checkWholeNumber } from '../checks/check-whole-number.js'
import type { OrtModule } from './ort/ort-session.js'

/**
 * @throws {ArgumentTypeError} `INVALID_OPTION` unless the value has the parts of ONNX Runtime that the adapters use.
 */
export function checkOrt(option: string, value: unknown): void {
  const { InferenceSession: session, Tensor: tensor } = (value ?? {}) as Partial<OrtModule>
  if (typeof session?.create !== 'function' || typeof tensor !== 'function')
    throw wrongKind(option, value, 'the module onnxruntime-node or onnxruntime-web')
}

/** @throws {ArgumentTypeError} `INVALID_OPTION` */
export function checkWorker(option: string, value: unknown): void {
  if (typeof value !== 'boolean' && typeof value !== 'function')
    throw wrongKind(option, value, 'true, false, or a function that starts a worker')
}

/** @throws {ArgumentTypeError} `INVALID_OPTION` */
export function checkWasmPaths(option: string, value: unknown): void {
  if (typeof value !== 'string' || !URL.canParse(value, globalThis.location?.href))
    throw wrongKind(option, value, 'a URL')
}

/** Maximum number of threads. ONNX Runtime would try to start any number of them. */
const maxThreads = 1024

/** @throws {ArgumentRangeError} `INVALID_OPTION` */
export function checkThreads(threads: unknown): void {
  if (threads !== undefined) checkWholeNumber('threads', threads, { max: maxThreads })
}

/**
 * Returns the function that starts a worker: the caller's function, or `startDefault` if the option is true. Returns
 * `undefined` if the option is false.
 */
export function workerStarter<Worker>(
  worker: boolean | (() => Worker),
  startDefault: () => Worker,
): (() => Worker) | undefined {
  if (typeof worker === 'function') return worker
  return worker ? startDefault : undefined
}
