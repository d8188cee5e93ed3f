/** onnxruntime-node on real worker threads, some of which crash. */

import { pathToFileURL } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { createGraphBuilder } from '../../src/model/onnx/graph-builder.js'
import { modelToBytes } from '../../src/model/onnx/onnx-proto.js'
import { bytesFile } from '../../src/sources/model-source.js'
import { createTensor } from '../../src/tensor/tensor.js'
import { testBackendContract } from './backend-contract.js'
import { buildNode, type NodeBuild } from './node-build.js'
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

const startWorker = () => new Worker(build.worker)

for (const [place, createFile] of Object.entries(weights.places))
  testBackendContract({
    name: `onnxruntime-node on a worker thread, weights ${place}`,
    backend: nodeBackend({ worker: startWorker }),
    createFile,
  })

/** Multiplies x [rows, 256] many times by a matrix whose values are all 1/256, so that ones stay ones. */
function slowModel(times: number) {
  const size = 256
  const weights = new Float32Array(size * size).fill(1 / size)
  const graph = createGraphBuilder()
  const content = { location: 'memory-0-w.bin', byteOffset: 0, byteLength: weights.byteLength }
  const w = graph.initializer({ name: 'w', dtype: 'float32', shape: [size, size], content })
  let y = graph.input('x', 'float32', ['rows', size])
  for (let i = 0; i < times; i++) y = graph.op('MatMul', [y, w])
  graph.output('y', y, 'float32', ['rows', size])
  return {
    files: [bytesFile('w.bin', new Uint8Array(weights.buffer))],
    toBytes: () => modelToBytes(graph.build('slow')),
  }
}
const ones = (rows: number) => createTensor('float32', new Float32Array(rows * 256).fill(1), [rows, 256])

test('the event loop is not blocked while the model runs', async () => {
  const ticks = { worker: 0, thread: 0 }
  for (const [kind, worker] of [
    ['worker', startWorker],
    ['thread', false],
  ] as const) {
    const session = await nodeBackend({ worker }).createSession(slowModel(100))
    let isRunning = true
    const tick = () => {
      ticks[kind]++
      if (isRunning) setImmediate(tick)
    }
    setImmediate(tick)
    await session.run({ x: ones(512) }, ['y'])
    isRunning = false
    await session.dispose()
  }
  expect(ticks.thread).toBeLessThan(10)
  expect(ticks.worker).toBeGreaterThan(10)
})

test('two sessions can run in parallel', async () => {
  const backend = nodeBackend({ worker: startWorker })
  const sessions = await Promise.all([
    backend.createSession(slowModel(3)),
    backend.createSession(slowModel(4)),
  ])
  const outputs = await Promise.all(sessions.map((session) => session.run({ x: ones(2) }, ['y'])))
  for (const { y } of outputs) expect(y.data[0]).toBeCloseTo(1, 4)
  await Promise.all(sessions.map((session) => session.dispose()))
})

test('dispose waits for the current run', async () => {
  const session = await nodeBackend({ worker: startWorker }).createSession(slowModel(50))
  const run = session.run({ x: ones(256) }, ['y'])
  let hasRun = false
  void run.then(() => {
    hasRun = true
  })
  await session.dispose()
  expect(hasRun).toBe(true)
  expect((await run).y.shape).toEqual([256, 256])
})

test('the thread ends when the session is disposed of', async () => {
  const workers: Worker[] = []
  const session = await nodeBackend({
    worker() {
      workers.push(startWorker())
      return workers[0]!
    },
  }).createSession(slowModel(1))
  await session.dispose()
  expect(workers[0]!.threadId).toBe(-1)
})

test('another value for the option worker is an error INVALID_OPTION', () => {
  expect(() => nodeBackend({ worker: 'yes' as never })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION' }),
  )
})

describe('a failing worker thread', () => {
  const failures: Readonly<Record<string, { readonly code: string; readonly options?: WorkerOptions }>> = {
    'throws an uncaught error': { code: 'throw new Error("uncaught")' },
    'leaves a rejection unhandled': { code: 'Promise.reject(new Error("unhandled"))' },
    exits: { code: 'process.exit(0)' },
    'runs out of memory': {
      code: 'const lists = []; for (;;) lists.push(new Array(100_000).fill(lists))',
      options: { resourceLimits: { maxOldGenerationSizeMb: 32 } },
    },
  }

  /** Creates a backend whose first worker fails when the output "fail" is requested. Lists the workers. */
  function failingBackend({ code, options }: { readonly code: string; readonly options?: WorkerOptions }) {
    const workers: Worker[] = []
    const failing = `
      import(${JSON.stringify(pathToFileURL(build.worker))}).then(() => {
        require('node:worker_threads').parentPort.on('message', ({ outputs }) => {
          if (outputs?.includes('fail')) { ${code} }
        })
      })`
    const backend = nodeBackend({
      worker() {
        const worker =
          workers.length === 0 ? new Worker(failing, { ...options, eval: true, stderr: true }) : startWorker()
        workers.push(worker)
        return worker
      },
    })
    return { backend, workers }
  }

  test.each(Object.entries(failures))(
    'a worker that %s rejects its calls, and the next call has a new worker',
    async (_, failure) => {
      const { backend, workers } = failingBackend(failure)
      const session = await backend.createSession(slowModel(1))
      await session.run({ x: ones(1) }, ['y'])
      const calls = [session.run({ x: ones(1) }, ['fail']), session.run({ x: ones(1) }, ['fail'])]
      for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
      const runs = await Promise.all([1, 2].map((rows) => session.run({ x: ones(rows) }, ['y'])))
      expect(runs.map(({ y }) => y.shape[0])).toEqual([1, 2])
      expect(workers).toHaveLength(2)
      await session.dispose()
    },
  )

  test('an idle worker that is terminated from outside is replaced without an error', async () => {
    const { backend, workers } = failingBackend({ code: '' })
    const session = await backend.createSession(slowModel(1))
    await workers[0]!.terminate()
    expect((await session.run({ x: ones(1) }, ['y'])).y.data[0]).toBeCloseTo(1, 5)
    expect(workers).toHaveLength(2)
    await session.dispose()
  })
})
