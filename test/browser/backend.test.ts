import { webBackend } from '../../src/backends/ort/ort.web.js'
import { blobFile } from '../../src/sources/model-source.js'
import { testBackendContract } from '../backends/backend-contract.js'
import { startWorker } from './models.js'

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
