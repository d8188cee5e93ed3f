/** The engine as a backend, in the calling thread and on real worker threads. */

import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { engineBackend } from '../../src/backends/engine/engine.node.js'
import { pooledOutput } from '../../src/model/encoder-tensors.js'
import { configOf, randomBatch, randomPlanModel } from '../support/engine-models.js'
import { buildNode, type NodeBuild } from './node-build.js'
import { testPlanContract } from './plan-contract.js'
import { createWeightPlaces } from './weight-places.js'

let build: NodeBuild
const weights = createWeightPlaces()
beforeAll(async () => {
  build = await buildNode('esm')
})
afterAll(() => {
  build.remove()
  weights.remove()
})

const startWorker = () => new Worker(build.engineWorker)

for (const [place, createFile] of Object.entries(weights.places)) {
  testPlanContract({
    name: `the engine in the calling thread, weights ${place}`,
    backend: engineBackend({ worker: false }),
    createFile,
  })
  testPlanContract({
    name: `the engine on a worker thread, weights ${place}`,
    backend: engineBackend({ worker: startWorker }),
    createFile,
  })
}

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
