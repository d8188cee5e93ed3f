/** The option `threads`, checked. */

import { ArgumentRangeError, describe } from '../errors.js'

/** More than any machine has; beyond it ONNX Runtime tries to start them all. */
const maxThreads = 1024

/** @throws {ArgumentRangeError} `INVALID_OPTION` */
export function checkThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1 && threads <= maxThreads)) return
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    `threads is ${describe(threads)}, not a whole number from 1 to ${maxThreads}.`,
  )
}
