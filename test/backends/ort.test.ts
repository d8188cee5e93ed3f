import * as ortWeb from 'onnxruntime-web' // its WebAssembly build for Node; /wasm is for browsers only
import { afterAll, expect, test } from 'vitest'
import { nodeBackend } from '../../src/backends/ort.node.js'
import { webBackend } from '../../src/backends/ort.web.js'
import { testBackendContract } from './backend-contract.js'
import { createDiskFiles } from './disk-files.js'

const disk = createDiskFiles()
afterAll(() => disk.remove())

testBackendContract({
  name: 'onnxruntime-node in the thread that asks, weights in memory',
  backend: nodeBackend({ worker: false }),
})
testBackendContract({
  name: 'onnxruntime-node in the thread that asks, weights on disk',
  backend: nodeBackend({ worker: false }),
  createFile: disk.createFile,
})
testBackendContract({ name: 'onnxruntime-web, weights in memory', backend: webBackend({ ort: ortWeb }) })
testBackendContract({
  name: 'onnxruntime-web, weights on disk',
  backend: webBackend({ ort: ortWeb }),
  createFile: disk.createFile,
})

test('the Node backend names the devices there are', async () => {
  const session = nodeBackend({ worker: false }).createSession(
    { files: [], encode: () => new Uint8Array() },
    { device: 'abacus' },
  )
  await expect(session).rejects.toThrow(/cpu/)
})

test.each([true, false])('the Node backend knows what a processor computes fastest, worker %s', (worker) => {
  const { batchTokens } = nodeBackend({ worker })
  expect(batchTokens?.({})).toBe(512)
  expect(batchTokens?.({ device: 'cpu', threads: 2 })).toBe(512)
  expect(batchTokens?.({ device: 'cpu', threads: 1 })).toBe(256)
  expect(batchTokens?.({ device: 'cuda' })).toBeUndefined()
})

test('the Web backend knows what WebAssembly computes fastest', () => {
  const { batchTokens } = webBackend()
  expect(batchTokens?.({})).toBe(256)
  expect(batchTokens?.({ device: 'wasm' })).toBe(256)
  expect(batchTokens?.({ device: 'webgpu' })).toBeUndefined()
})
