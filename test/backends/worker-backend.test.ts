import * as ortWeb from 'onnxruntime-web'
import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.js'
import { webBackend } from '../../src/backends/ort.web.js'
import { ortBackend } from '../../src/backends/ort-in-thread.web.js'
import { serveBackend } from '../../src/backends/serve-backend.js'
import { type WorkerLike, workerBackend } from '../../src/backends/worker-backend.js'
import { BertEmbedError } from '../../src/errors.js'
import { blobFile } from '../../src/sources/model-source.js'
import { testBackendContract } from './backend-contract.js'

const inside = ortBackend({ ort: ortWeb })

/** A worker's two ends without its thread: messages really pass through a channel, cloned and transferred. */
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

const settings = { wasmPaths: undefined }
const unused: Backend = { name: 'unused', createSession: () => Promise.reject(new Error('fell back')) }

function backendOf(createWorker: () => unknown, fallback = unused): Backend {
  return workerBackend({ name: 'test', createWorker: createWorker as () => WorkerLike, settings, fallback })
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

describe('a backend in a worker', () => {
  const model = { files: [], encode: () => new Uint8Array() }
  const session = { device: 'cpu', inputNames: [], outputNames: [], dispose: async () => {} }
  /** Answers no run, so that something waits. */
  const stuck: Backend = {
    name: 'stuck',
    createSession: async () => ({ ...session, run: () => new Promise(() => {}) }),
  }

  test('falls back where no worker can be made', async () => {
    const fallback: Backend = {
      name: 'fallback',
      createSession: async () => ({ ...session, device: 'fallback', run: async () => ({}) as never }),
    }
    const throwing = backendOf(() => {
      throw new Error('refused by the content security policy')
    }, fallback)
    expect((await throwing.createSession(model)).device).toBe('fallback')
  })

  test("falls back where the worker's code does not load", async () => {
    const fallback: Backend = {
      name: 'fallback',
      createSession: async () => ({ ...session, device: 'fallback', run: async () => ({}) as never }),
    }
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

  test('falls back where the worker cannot import the runtime, but the page may', async () => {
    const missing: Backend = {
      name: 'missing',
      createSession: () => Promise.reject(new BertEmbedError('MISSING_PEER', 'no import map here')),
    }
    const fallback: Backend = {
      name: 'fallback',
      createSession: async () => ({ ...session, device: 'fallback', run: async () => ({}) as never }),
    }
    const worker = createChannelWorker(missing)
    expect((await backendOf(() => worker, fallback).createSession(model)).device).toBe('fallback')
    expect(worker.isTerminated).toBe(true)
  })

  test('that crashes ends every call that waits, and those that come later, with BACKEND_FAILED', async () => {
    const worker = createChannelWorker(stuck)
    const created = await backendOf(() => worker).createSession(model)
    const runs = [created.run({}, []), created.run({}, [])]
    worker.crash()
    for (const run of runs) await expect(run).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
    await expect(created.run({}, [])).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
    await created.dispose()
    expect(worker.isTerminated).toBe(true)
  })

  test('is ended when its model cannot be loaded, and when its session is disposed of', async () => {
    const refusing = createChannelWorker(inside)
    const loading = backendOf(() => refusing).createSession({ files: [], encode: () => Uint8Array.of(1) })
    await expect(loading).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
    expect(refusing.isTerminated).toBe(true)

    const worker = createChannelWorker(stuck)
    const created = await backendOf(() => worker).createSession(model)
    await created.dispose()
    expect(worker.isTerminated).toBe(true)
  })

  test('is not asked for with an option that cannot be', () => {
    expect(() => webBackend({ worker: 'yes' as never })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })
})
