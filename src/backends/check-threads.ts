/** The option `threads`, checked. */

import { checkWholeNumber } from '../checks/check-whole-number.js'

/** More than any machine has; beyond it ONNX Runtime tries to start them all. */
const maxThreads = 1024

/** @throws {ArgumentRangeError} `INVALID_OPTION` */
export function checkThreads(threads: unknown): void {
  if (threads !== undefined) checkWholeNumber('threads', threads, { max: maxThreads })
}
