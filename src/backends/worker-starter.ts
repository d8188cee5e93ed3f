/** The option `worker` of the Node and the Web backend, checked. */

import { ArgumentTypeError, describe } from '../errors.js'

/**
 * How a worker is started: the caller's function, or `standard`; `undefined` when there is to be none.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 */
export function workerStarter<Worker>(
  worker: boolean | (() => Worker),
  standard: () => Worker,
): (() => Worker) | undefined {
  if (typeof worker === 'function') return worker
  if (typeof worker === 'boolean') return worker ? standard : undefined
  throw new ArgumentTypeError(
    'INVALID_OPTION',
    `worker is ${describe(worker)}; it takes true, false, or a function that starts a worker.`,
  )
}
