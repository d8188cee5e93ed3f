/** Entry point of the engine's worker in browsers, and of its further threads. */

import type { MessageEndpoint, WorkerLike } from '../worker/backend-messages.js'
import { serveEngine, startEngineThread } from './serve-engine.js'

const scope = globalThis as unknown as MessageEndpoint & { readonly importScripts?: () => void }

serveEngine(scope, {
  cores: navigator.hardwareConcurrency,
  startThread: (setup) => startEngineThread(startThread, setup),
})

/** Starts this file again. Bundlers would follow a URL that they can see. */
function startThread(): WorkerLike {
  return new Worker(location.href, { type: isClassic() ? 'classic' : 'module', name: 'bert-embed-thread' })
}

/** webpack builds classic workers, in which `importScripts` works. In a module it throws. */
function isClassic(): boolean {
  try {
    scope.importScripts?.()
    return scope.importScripts !== undefined
  } catch {
    return false
  }
}
