/** Entry point of the engine's worker thread in Node, and of its further threads. */

import { availableParallelism } from 'node:os'
import process from 'node:process'
// biome-ignore lint/style/useNodejsImportProtocol: see node-worker.node.ts
import { parentPort, Worker } from 'worker_threads'
import { BertEmbedError } from '../../errors.js'
import { toWorkerLike, workerOptions } from '../worker/node-worker.node.js'
import { readFileRange } from './read-file-range.node.js'
import { serveEngine, startEngineThread } from './serve-engine.js'

if (!parentPort)
  throw new BertEmbedError(
    'BACKEND_FAILED',
    'bert-embed/engine-worker is the code of a worker thread: start it with new Worker(…) of node:worker_threads.',
  )
const port = parentPort
serveEngine(
  {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    addEventListener: (_, listener) => port.on('message', (data) => listener({ data })),
  },
  {
    cores: availableParallelism(),
    readFile: readFileRange,
    startThread: (setup) => startEngineThread(() => toWorkerLike(startThread()), setup),
  },
)

/**
 * Starts the file of this thread again. Bundlers replace import.meta.url by the path of the source. Deno sets the export `argv`
 * of node:process in the first thread only.
 */
function startThread(): Worker {
  return new Worker(process.argv[1]!, workerOptions())
}
