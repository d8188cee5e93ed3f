/** Checks of the options that the Node and the Web backend share. */

import { wrongKind } from '../checks/check-options.js'
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
