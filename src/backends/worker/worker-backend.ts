/** A backend that runs in a worker, one worker a session, so that no inference blocks the thread that asks for it. */

import { createCallsInFlight } from '../../batching/calls-in-flight.js'
import { BertEmbedError } from '../../errors.js'
import { memoryOf, type Tensor } from '../../tensor/tensor.js'
import type { Backend, BackendSession } from '../backend.js'
import type { CreatedSession, WorkerLike, WorkerSettings } from './backend-messages.js'
import { createPostableModel } from './posted-model.js'
import { connectWorker, type WorkerConnection } from './worker-connection.js'

export type { WorkerLike } from './backend-messages.js'

export interface WorkerBackendOptions {
  readonly name: string
  /** Starts a worker whose code calls `serveBackend`. */
  readonly createWorker: () => WorkerLike
  /** What the backend in the worker is made with. */
  readonly settings: WorkerSettings
  /** Takes over where no worker starts: old browsers, strict content security policies, bundlers that lost its file. */
  readonly fallback: (reason: Error) => Backend
}

/** Runs models in workers. A worker that fails is replaced, model and all, when its session is next asked for a run. */
export function workerBackend({ name, createWorker, settings, fallback }: WorkerBackendOptions): Backend {
  const connect = () => connectWorker(name, createWorker)
  return {
    name,
    async createSession(model, options = {}) {
      const connection = await connect().catch((reason: Error) => reason)
      if (connection instanceof Error) return fallback(connection).createSession(model, options)
      try {
        const { device, threads } = options // whatever else is in them may be no plain data
        const postable = createPostableModel(model, device)
        const load = (to: WorkerConnection) => {
          const { model, transfer } = postable.toPosted()
          const request = { call: 'create', model, options: { device, threads }, settings } as const
          return to.call<CreatedSession>(request, transfer)
        }
        return createRemoteSession({ connection, connect, load, created: await load(connection) })
      } catch (error) {
        await connection.close(error as Error)
        // Import maps are a page's own: what a worker cannot import, the page may.
        if (error instanceof BertEmbedError && error.code === 'MISSING_PEER')
          return fallback(error).createSession(model, options)
        throw error
      }
    },
  }
}

interface RemoteSessionParts {
  /** To the worker that has loaded the model. */
  readonly connection: WorkerConnection
  readonly created: CreatedSession
  /** Starts another worker. */
  connect(): Promise<WorkerConnection>
  /** Loads the model into a worker. */
  load(connection: WorkerConnection): Promise<CreatedSession>
}

function createRemoteSession({ connection, created, connect, load }: RemoteSessionParts): BackendSession {
  const calls = createCallsInFlight()
  const disposed = new BertEmbedError('DISPOSED', 'This session was disposed of.')
  let current = connection
  let replacing: Promise<WorkerConnection> | undefined
  let disposal: Promise<void> | undefined

  async function replace(): Promise<WorkerConnection> {
    const next = await connect()
    try {
      await load(next)
      return next
    } catch (error) {
      await next.close(error as Error)
      throw error
    }
  }

  /** The calls that come while a worker is being replaced all wait for the same new one. */
  async function reconnect(): Promise<WorkerConnection> {
    replacing ??= replace().finally(() => {
      replacing = undefined
    })
    current = await replacing
    return current
  }

  async function run(inputs: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Promise<never> {
    const { copies, transfer } = copyInputs(inputs)
    const worker = current.ended() ? await reconnect() : current
    return worker.call({ call: 'run', inputs: copies, outputs }, transfer)
  }

  return {
    ...created,
    run(inputs, outputs) {
      return disposal ? Promise.reject(disposed) : calls.track(run(inputs, outputs))
    },
    dispose() {
      disposal ??= calls.settled().then(() => current.close(disposed))
      return disposal
    },
  }
}

/**
 * The caller keeps its arrays. A copy that moves is the only one: a clone would be two, and of all of a view's memory.
 */
function copyInputs(inputs: Readonly<Record<string, Tensor>>) {
  const entries = Object.entries(inputs).map(([name, { dtype, data, shape }]) => {
    return [name, { dtype, data: data.slice(), shape } as Tensor] as const
  })
  const copies = Object.fromEntries(entries)
  return { copies, transfer: memoryOf(Object.values(copies)) }
}
