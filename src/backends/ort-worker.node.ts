/** The code of the Node backend's worker thread: onnxruntime-node behind messages. */

import { parentPort } from 'node:worker_threads'
import { BertEmbedError } from '../errors.js'
import { createExitGate, gatedBackend } from './exit-gate.node.js'
import type { GateMessage } from './node-worker.node.js'
import { nodeBackend } from './ort.node.js'
import { serveBackend } from './serve-backend.js'

if (!parentPort)
  throw new BertEmbedError(
    'BACKEND_FAILED',
    'bert-embed/worker is the code of a worker thread: start it with new Worker(…) of node:worker_threads.',
  )
const port = parentPort
const gate = createExitGate()
port.postMessage({ gate } satisfies GateMessage)
serveBackend(() => gatedBackend(nodeBackend({ worker: false }), gate), {
  postMessage: (message, transfer) => port.postMessage(message, transfer),
  addEventListener: (_, listener) => port.on('message', (data) => listener({ data })),
})
