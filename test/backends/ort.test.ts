import * as ort from 'onnxruntime-node'
import * as ortWeb from 'onnxruntime-web' // its WebAssembly build for Node; /wasm is for browsers only
import { afterAll, expect, test } from 'vitest'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { webBackend } from '../../src/backends/ort/ort.web.js'
import { testBackendContract } from './backend-contract.js'
import { createWeightPlaces } from './weight-places.js'

const weights = createWeightPlaces()
afterAll(() => weights.remove())

for (const place of ['in memory', 'on disk']) {
  const createFile = weights.places[place]!
  testBackendContract({
    name: `onnxruntime-node in the calling thread, weights ${place}`,
    backend: nodeBackend({ worker: false }),
    createFile,
  })
  testBackendContract({
    name: `onnxruntime-web, weights ${place}`,
    backend: webBackend({ ort: ortWeb }),
    createFile,
  })
}

test('the error for an unknown device names the available devices', async () => {
  const session = nodeBackend({ worker: false }).createSession(
    { files: [], toBytes: () => new Uint8Array() },
    { device: 'abacus' },
  )
  await expect(session).rejects.toThrow(/cpu/)
})

test.each(['1.9.0', '1.23.2'])(
  'onnxruntime-node %s is an error MISSING_PEER that says it is too old',
  async (common) => {
    const old = { ...ort, env: { ...ort.env, versions: { common } } }
    const session = nodeBackend({ ort: old }).createSession({ files: [], toBytes: () => new Uint8Array() })
    await expect(session).rejects.toMatchObject({
      code: 'MISSING_PEER',
      message: expect.stringContaining(`${common}, older than 1.24`),
    })
  },
)

test.each([true, false])(
  'the Node backend returns the fastest batch size for the CPU, worker %s',
  (worker) => {
    const { batchTokens } = nodeBackend({ worker })
    expect(batchTokens?.({})).toBe(512)
    expect(batchTokens?.({ device: 'cpu', threads: 2 })).toBe(512)
    expect(batchTokens?.({ device: 'cpu', threads: 1 })).toBe(256)
    expect(batchTokens?.({ device: 'cuda' })).toBeUndefined()
  },
)

test('the Web backend returns the fastest batch size for WebAssembly', () => {
  const { batchTokens } = webBackend()
  expect(batchTokens?.({})).toBe(256)
  expect(batchTokens?.({ device: 'wasm' })).toBe(256)
  expect(batchTokens?.({ device: 'webgpu' })).toBeUndefined()
})
