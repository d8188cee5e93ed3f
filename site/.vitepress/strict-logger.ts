/** A logger that fails the build at the first warning, except for a harmless one. */

import { createLogger, type Logger } from 'vite'

const logger = createLogger('warn')

/** A small module of the library is in the chunk of a larger one, which some modules load on demand. */
const isHarmless = (message: string) =>
  message.includes('dynamic import will not move module into another chunk')

function fail(message: string): void {
  if (isHarmless(message)) return
  throw new Error(`A warning fails the build of the site: ${message}`)
}

export const strictLogger: Logger = { ...logger, warn: fail, warnOnce: fail }
