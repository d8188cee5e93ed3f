import { engineBackend } from '../../src/backends/engine/engine.web.js'
import { webBackend } from '../../src/backends/ort/ort.web.js'
import { blobFile } from '../../src/sources/model-source.js'
import { testBackendContract } from '../backends/backend-contract.js'
import { testPlanContract } from '../backends/plan-contract.js'
import { startEngineWorker, startWorker } from './models.js'

const inBlob = (path: string, bytes: Uint8Array) =>
  blobFile(path, new Blob([bytes as Uint8Array<ArrayBuffer>]))

testBackendContract({ name: 'onnxruntime-web in the page', backend: webBackend({ worker: false }) })
testBackendContract({
  name: 'onnxruntime-web in the page, weights in Blobs',
  backend: webBackend({ worker: false }),
  createFile: inBlob,
})
testBackendContract({ name: 'onnxruntime-web in a worker', backend: webBackend({ worker: startWorker }) })
testBackendContract({
  name: 'onnxruntime-web in a worker, weights in Blobs',
  backend: webBackend({ worker: startWorker }),
  createFile: inBlob,
})

testPlanContract({ name: 'the engine in the page', backend: engineBackend({ worker: false }) })
testPlanContract({
  name: 'the engine in the page, weights in Blobs',
  backend: engineBackend({ worker: false }),
  createFile: inBlob,
})
testPlanContract({ name: 'the engine in a worker', backend: engineBackend({ worker: startEngineWorker }) })
testPlanContract({
  name: 'the engine in a worker, weights in Blobs',
  backend: engineBackend({ worker: startEngineWorker }),
  createFile: inBlob,
})
