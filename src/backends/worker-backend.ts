/** A backend that runs in a worker, one worker a session, so that no inference blocks the thread that asks for it. */

import { createCallsInFlight } from '../batching/calls-in-flight.js'
import { BertEmbedError } from '../errors.js'
import type { Backend, BackendSession, Device, OnnxModel, SessionOptions } from './backend.js'
import type {
  BackendAnswer,
  BackendRequest,
  CreatedSession,
  MessageEndpoint,
  PostedModel,
  WorkerSettings,
} from './backend-messages.js'

/** The part of a Worker that is used. */
export interface WorkerLike extends MessageEndpoint {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void
  terminate(): void
}

export interface WorkerBackendOptions {
  readonly name: string
  /** Starts a worker whose code calls `serveBackend`. */
  readonly createWorker: () => WorkerLike
  /** What the backend in the worker is made with. */
  readonly settings: WorkerSettings
  /** Takes over where no worker starts: old browsers, strict content security policies, bundlers that lost its file. */
  readonly fallback: Backend
}

export function workerBackend({ name, createWorker, settings, fallback }: WorkerBackendOptions): Backend {
  return {
    name,
    async createSession(model, options = {}) {
      const connection = await connect(name, createWorker).catch(() => undefined)
      if (!connection) return fallback.createSession(model, options)
      try {
        return await createRemoteSession(connection, toPosted(model, options.device), { options, settings })
      } catch (error) {
        connection.close(error as Error)
        // Import maps are a page's own: what a worker cannot import, the page may.
        if (error instanceof BertEmbedError && error.code === 'MISSING_PEER')
          return fallback.createSession(model, options)
        throw error
      }
    },
  }
}

interface Connection {
  call<T>(request: DistributiveOmit<BackendRequest, 'id'>): Promise<T>
  /** Ends the worker; what waits for an answer gets `error`. */
  close(error: Error): void
}

type DistributiveOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never

/** Waits until the worker's code has loaded. Rejects when it does not. */
async function connect(name: string, createWorker: () => WorkerLike): Promise<Connection> {
  const worker = createWorker()
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>()
  let nextId = 0
  let ended: Error | undefined

  function close(error: Error): void {
    if (ended) return
    ended = error
    worker.terminate()
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  await new Promise<void>((resolve, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault?.() // it becomes an error of the calls that wait; none need appear on the console
      const error = new BertEmbedError('BACKEND_FAILED', `The worker of ${name} failed: ${event.message}`)
      reject(error)
      close(error)
    })
    worker.addEventListener('message', ({ data: answer }: MessageEvent<BackendAnswer>) => {
      if ('ready' in answer) return resolve()
      const call = waiting.get(answer.id)
      waiting.delete(answer.id)
      if ('error' in answer) call?.reject(new BertEmbedError(answer.error.code, answer.error.message))
      else call?.resolve(answer.value as never)
    })
  })
  return {
    call(request) {
      if (ended) return Promise.reject(ended)
      const id = nextId++
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        worker.postMessage({ ...request, id }, [])
      })
    },
    close,
  }
}

async function createRemoteSession(
  connection: Connection,
  model: PostedModel,
  { options, settings }: { readonly options: SessionOptions; readonly settings: WorkerSettings },
): Promise<BackendSession> {
  const { device, threads } = options // whatever else is in them may be no plain data
  const request = { call: 'create', model, options: { device, threads }, settings } as const
  const created = await connection.call<CreatedSession>(request)
  const calls = createCallsInFlight()
  let disposal: Promise<void> | undefined
  const disposed = new BertEmbedError('DISPOSED', 'This session was disposed of.')
  return {
    ...created,
    run(inputs, outputs) {
      if (disposal) return Promise.reject(disposed)
      return calls.track(connection.call<never>({ call: 'run', inputs, outputs }))
    },
    dispose() {
      disposal ??= calls.settled().then(() => connection.close(disposed))
      return disposal
    },
  }
}

function toPosted({ files, encode, probe }: OnnxModel, device: Device | undefined): PostedModel {
  const byPath = (path: string) => path
  return {
    files: files.map(({ path, byteLength, content }) => ({ path, byteLength, content })),
    graph: encode(byPath, device),
    probe: probe && { inputs: probe.inputs, graph: probe.encode(byPath, device) },
  }
}
