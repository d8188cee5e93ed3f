/** Entry point of the Node backend's worker thread. Serves onnxruntime-node through messages. */

import { parentPort } from 'node:worker_threads'
import { BertEmbedError } from '../../errors.js'
import { createExitGate, gatedBackend } from '../worker/exit-gate.node.js'
import type { GateMessage } from '../worker/node-worker.node.js'
import { serveBackend } from '../worker/serve-backend.js'
import { nodeBackend } from './ort.node.js'

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
