/** The engine as a backend, in the calling thread and on real worker threads. */

import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll } from 'vitest'
import { engineBackend } from '../../src/backends/engine/engine.node.js'
import { blobFile, bytesFile } from '../../src/sources/model-source.js'
import { createDiskFiles } from './disk-files.js'
import { buildNode, type NodeBuild } from './node-build.js'
import { testPlanContract } from './plan-contract.js'

let build: NodeBuild
const disk = createDiskFiles()
beforeAll(async () => {
  build = await buildNode('esm')
})
afterAll(() => {
  build.remove()
  disk.remove()
})

const startWorker = () => new Worker(build.engineWorker)

testPlanContract({
  name: 'the engine in the calling thread, weights in memory',
  backend: engineBackend({ worker: false }),
})
testPlanContract({
  name: 'the engine in the calling thread, weights on disk',
  backend: engineBackend({ worker: false }),
  createFile: disk.createFile,
})
testPlanContract({
  name: 'the engine on a worker thread, weights in memory',
  backend: engineBackend({ worker: startWorker }),
})
testPlanContract({
  name: 'the engine on a worker thread, weights in memory that threads share',
  backend: engineBackend({ worker: startWorker }),
  createFile(path, bytes) {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength))
    shared.set(bytes)
    return bytesFile(path, shared)
  },
})
testPlanContract({
  name: 'the engine on a worker thread, weights in blobs',
  backend: engineBackend({ worker: startWorker }),
  createFile: (path, bytes) => blobFile(path, new Blob([bytes as Uint8Array<ArrayBuffer>])),
})
testPlanContract({
  name: 'the engine on a worker thread, weights on disk',
  backend: engineBackend({ worker: startWorker }),
  createFile: disk.createFile,
})
