import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as ortWeb from 'onnxruntime-web'
import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.js'
import { webBackend } from '../../src/backends/ort/ort.web.js'
import { ortBackend } from '../../src/backends/ort/ort-in-thread.web.js'
import { serveBackend } from '../../src/backends/worker/serve-backend.js'
import { type WorkerLike, workerBackend } from '../../src/backends/worker/worker-backend.js'
import { BertEmbedError } from '../../src/errors.js'
import { createGraphBuilder } from '../../src/model/onnx/graph-builder.js'
import { modelToBytes } from '../../src/model/onnx/onnx-proto.js'
import { blobFile, bytesFile } from '../../src/sources/model-source.js'
import { createTensor } from '../../src/tensor/tensor.js'
import { testBackendContract } from './backend-contract.js'

const inside = ortBackend({ ort: ortWeb })

/** Creates both ends of a worker in one thread. A real channel clones and transfers the messages. */
function createChannelWorker(backend: Backend = inside) {
  const { port1, port2 } = new MessageChannel()
  const onError: ((event: ErrorEvent) => void)[] = []
  const worker = {
    isTerminated: false,
    postMessage: (message: unknown, transfer: Transferable[]) => port1.postMessage(message, transfer),
    addEventListener(type: string, listener: (event: never) => void) {
      if (type === 'error') onError.push(listener as (event: ErrorEvent) => void)
      else port1.onmessage = listener as (event: MessageEvent) => void
    },
    terminate() {
      worker.isTerminated = true
      port1.close()
    },
    crash() {
      for (const listener of onError)
        listener({ message: 'out of memory', preventDefault() {} } as ErrorEvent)
    },
  }
  serveBackend(() => backend, {
    postMessage: (message, transfer) => port2.postMessage(message, transfer),
    addEventListener: (_, listener) => {
      port2.onmessage = listener
    },
  })
  return worker
}

const settings = {}
const unused: Backend = {
  name: 'unused',
  createSession: () => Promise.reject(new Error('the fallback was used')),
}

function backendOf(createWorker: () => unknown, fallback = unused): Backend {
  return workerBackend({
    name: 'test',
    createWorker: createWorker as () => WorkerLike,
    settings,
    fallback: () => fallback,
  })
}

testBackendContract({
  name: 'onnxruntime-web behind messages, weights in memory',
  backend: webBackend({ ort: ortWeb, worker: createChannelWorker as unknown as () => WorkerLike }),
})
testBackendContract({
  name: 'onnxruntime-web behind messages, weights in blobs',
  backend: webBackend({ ort: ortWeb, worker: createChannelWorker as unknown as () => WorkerLike }),
  createFile: (path, bytes) => blobFile(path, new Blob([bytes as Uint8Array<ArrayBuffer>])),
})

/** Creates a backend with a model that adds 2 to x. Lists the workers that the backend starts. */
function replaceable(beforeStart: () => void = () => {}) {
  const workers: ReturnType<typeof createChannelWorker>[] = []
  const backend = backendOf(() => {
    beforeStart()
    workers.push(createChannelWorker())
    return workers.at(-1)!
  })
  const graph = createGraphBuilder()
  const content = { location: 'w.bin', byteOffset: 0, byteLength: 4 }
  const w = graph.initializer({ name: 'w', dtype: 'float32', shape: [1], content })
  graph.output('y', graph.op('Add', [graph.input('x', 'float32', [1]), w]), 'float32', [1])
  const files = [bytesFile('w.bin', new Uint8Array(Float32Array.of(2).buffer))]
  return { backend, workers, files, toBytes: () => modelToBytes(graph.build('replaceable')) }
}
const x = createTensor('float32', Float32Array.of(1), [1])

/** Collects twice, and in later tasks: a weak reference stays alive in the task that used it. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (const _ of [1, 2]) {
    await new Promise(setImmediate)
    collect()
  }
}

describe('a backend in a worker', () => {
  const model = { files: [], toBytes: () => new Uint8Array() }
  const session = { device: 'cpu', outputNames: [], dispose: async () => {} }
  /** Never answers a run. */
  const stuck: Backend = {
    name: 'stuck',
    createSession: async () => ({ ...session, run: () => new Promise(() => {}) }),
  }

  const answering = { ...session, run: async () => ({}) as never }
  const fallback: Backend = {
    name: 'fallback',
    createSession: async () => ({ ...answering, device: 'fallback' }),
  }

  test('the fallback is used if no worker can be created', async () => {
    const throwing = backendOf(() => {
      throw new Error('refused by the content security policy')
    }, fallback)
    expect((await throwing.createSession(model)).device).toBe('fallback')
  })

  test("the fallback is used if the worker's code does not load", async () => {
    const broken = backendOf(
      () => ({
        postMessage() {},
        terminate() {},
        addEventListener(type: string, listener: (event: unknown) => void) {
          if (type === 'error') queueMicrotask(() => listener({ message: '404' }))
        },
      }),
      fallback,
    )
    expect((await broken.createSession(model)).device).toBe('fallback')
  })

  test('the fallback is used if the worker cannot import the runtime', async () => {
    const missing: Backend = {
      name: 'missing',
      createSession: () => Promise.reject(new BertEmbedError('MISSING_PEER', 'no import map here')),
    }
    const worker = createChannelWorker(missing)
    expect((await backendOf(() => worker, fallback).createSession(model)).device).toBe('fallback')
    expect(worker.isTerminated).toBe(true)
  })

  test('a crash rejects every waiting call with BACKEND_FAILED', async () => {
    const worker = createChannelWorker(stuck)
    const created = await backendOf(() => worker).createSession(model)
    const runs = [created.run({}, []), created.run({}, [])]
    worker.crash()
    for (const run of runs) await expect(run).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
    expect(worker.isTerminated).toBe(true)
    await created.dispose()
  })

  test('a crashed worker is replaced once for all following calls', async () => {
    const { backend, workers, files, toBytes } = replaceable()
    const created = await backend.createSession({ files, toBytes })
    workers[0]!.crash()
    const runs = await Promise.all([created.run({ x }, ['y']), created.run({ x }, ['y'])])
    expect(runs.map(({ y }) => [...y.data])).toEqual([[3], [3]])
    expect(workers).toHaveLength(2)
    await created.dispose()
    expect(workers[1]!.isTerminated).toBe(true)
  })

  test('a crashed worker is not replaced if its weights are no longer in memory', async () => {
    const { backend, workers, files, toBytes } = replaceable()
    const created = await backend.createSession({ files, toBytes })
    files.length = 0
    await collectGarbage()
    workers[0]!.crash()
    const run = created.run({ x }, ['y'])
    await expect(run).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
    expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true, true])
    await created.dispose()
  })

  test('each call fails with BACKEND_FAILED until the crashed worker can be replaced', async () => {
    let isBlocked = false
    const { backend, workers, files, toBytes } = replaceable(() => {
      if (isBlocked) throw new Error('no more threads')
    })
    const created = await backend.createSession({ files, toBytes })
    workers[0]!.crash()
    isBlocked = true
    await expect(created.run({ x }, ['y'])).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
    isBlocked = false
    expect([...(await created.run({ x }, ['y'])).y.data]).toEqual([3])
    await created.dispose()
  })

  test('a worker keeps the process alive only while calls wait for it', async () => {
    const isReferenced: boolean[] = []
    const worker = Object.assign(createChannelWorker({ ...stuck, createSession: async () => answering }), {
      ref: () => isReferenced.push(true),
      unref: () => isReferenced.push(false),
    })
    const created = await backendOf(() => worker).createSession(model)
    expect(isReferenced).toEqual([false, true, false])
    await Promise.all([created.run({}, []), created.run({}, [])])
    expect(isReferenced).toEqual([false, true, false, true, false])
    await created.dispose()
  })

  test('a worker ends if its model cannot be loaded, and if its session is disposed of', async () => {
    const refusing = createChannelWorker(inside)
    const loading = backendOf(() => refusing).createSession({ files: [], toBytes: () => Uint8Array.of(1) })
    await expect(loading).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
    expect(refusing.isTerminated).toBe(true)

    const worker = createChannelWorker(stuck)
    const created = await backendOf(() => worker).createSession(model)
    await created.dispose()
    expect(worker.isTerminated).toBe(true)
  })

  test('another value for the option worker is an error INVALID_OPTION', () => {
    expect(() => webBackend({ worker: 'yes' as never })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })
})
