/** A further thread of the engine that fails in its second run. Its tests bundle it for a worker thread. */

import { parentPort, workerData } from 'node:worker_threads'
import type { Kernels } from '../../src/engine/execute.js'
import { serveRuns, type ThreadSetup } from '../../src/engine/threads.js'

const { thread, failure } = workerData as { readonly thread: ThreadSetup; readonly failure: 'throw' | 'exit' }
const memory = thread.memory as WebAssembly.Memory
const { exports } = new WebAssembly.Instance(thread.module as WebAssembly.Module, { env: { memory } })
const kernels = exports as Kernels
parentPort!.postMessage('waiting')
serveRuns(thread, {
  ...kernels,
  layer_norm(...args) {
    const run = new Int32Array(memory.buffer, 0, 1)[0]
    if (run === 2 && failure === 'throw') throw new Error('a failing kernel')
    if (run === 2) process.exit()
    kernels.layer_norm!(...args)
  },
})
