/** The Web backend, for callers of their own: with its options checked. */

import { checkOptions } from '../../checks/check-options.js'
import type { Backend } from '../backend.js'
import { checkOrt, checkWasmPaths, checkWorker } from '../backend-options.js'
import { openWebBackend, type WebBackendOptions } from './ort-backend.web.js'

export type { WebBackendOptions } from './ort-backend.web.js'

/**
 * Creates a backend on onnxruntime-web, which is imported with the first model.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 */
export function webBackend(options: WebBackendOptions = {}): Backend {
  checkOptions('webBackend', options, { ort: checkOrt, worker: checkWorker, wasmPaths: checkWasmPaths })
  return openWebBackend(options)
}
