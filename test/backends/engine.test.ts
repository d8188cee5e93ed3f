/** The engine as a backend, in the calling thread and on real worker threads. */

import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { engineBackend } from '../../src/backends/engine/engine.node.js'
import { pooledOutput } from '../../src/model/encoder-tensors.js'
import { blobFile, bytesFile } from '../../src/sources/model-source.js'
import { configOf, randomBatch, randomPlanModel } from '../support/engine-models.js'
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

test('a worker that is killed during a run rejects it with BACKEND_FAILED, and the next run has a new worker', async () => {
  const workers: Worker[] = []
  const backend = engineBackend({
    worker() {
      workers.push(startWorker())
      return workers.at(-1)!
    },
  })
  const model = await randomPlanModel(configOf.bert({ hidden: 64, heads: 2, inner: 256 }), { seed: 1 })
  const session = await backend.createPlanSession!(model, { threads: 2 })
  const batch = randomBatch(Array(16).fill(300), { seed: 1 })
  const expected = await session.run(batch, [pooledOutput])
  const run = session.run(batch, [pooledOutput])
  await Promise.all([expect(run).rejects.toMatchObject({ code: 'BACKEND_FAILED' }), workers[0]!.terminate()])
  expect(await session.run(batch, [pooledOutput])).toEqual(expected)
  expect(workers).toHaveLength(2)
  await session.dispose()
})

test('a run on a worker thread leaves the event loop free', async () => {
  const backend = engineBackend({ worker: startWorker })
  const model = await randomPlanModel(configOf.bert({ hidden: 128, heads: 2, inner: 512 }), { seed: 1 })
  const session = await backend.createPlanSession!(model)
  let [ticks, isRunning] = [0, true]
  const tick = () => {
    ticks++
    if (isRunning) setImmediate(tick)
  }
  setImmediate(tick)
  await session.run(randomBatch(Array(16).fill(300), { seed: 1 }), [pooledOutput])
  isRunning = false
  expect(ticks).toBeGreaterThan(10)
  await session.dispose()
})
