/** A logger that fails the build at the first warning. */

import { createLogger, type Logger } from 'vite'

const logger = createLogger('warn')

function fail(message: string): never {
  throw new Error(`A warning fails the build of the site: ${message}`)
}

export const strictLogger: Logger = { ...logger, warn: fail, warnOnce: fail }
