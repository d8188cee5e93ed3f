/** The telemetry of onnxruntime-node: off, unless the environment asks for it. */

import process from 'node:process'
import { isMainThread } from 'node:worker_threads'
import { warnOnce } from './warn-once.node.js'

/**
 * To be called before the first session of the process. ONNX Runtime 1.29 and later would write an identifier below the
 * user's home, and send events to Microsoft (on Windows it only tells the system's own tracing). Then it reads the
 * variable, from the environment that the process has: in worker threads, and in Bun, `process.env` is a copy.
 */
export function turnOffTelemetry(): void {
  if (process.env.ORT_DISABLE_TELEMETRY) return
  process.env.ORT_DISABLE_TELEMETRY = '1'
  if (!isMainThread || process.versions.bun !== undefined)
    warnOnce(
      'BERT_EMBED_TELEMETRY',
      'onnxruntime-node 1.29 and later has telemetry, which bert-embed cannot turn off from here (a worker thread, or Bun): set ORT_DISABLE_TELEMETRY=1 in the environment of the process, or 0 to allow it.',
    )
}
