/** Replaces a worker thread that could not start: the model runs in the calling thread, and a warning says why. */

import { warnOnce } from '../warn-once.node.js'

/** Emits one warning for all models, with the reason. `factory` names the function that created the backend. */
export function warnWithoutWorker({ message, cause }: Error, factory: 'nodeBackend' | 'engineBackend'): void {
  const reason = cause instanceof Error ? `${message} ${cause.message}` : message
  warnOnce(
    'BERT_EMBED_NO_WORKER',
    `bert-embed runs its model in the calling thread, which blocks the event loop. ${reason}
A bundle needs the worker's file next to it: see "Bundles for Node" in docs/runtimes.md. Use ${factory}({ worker: false }) to run without a worker.`,
  )
}
