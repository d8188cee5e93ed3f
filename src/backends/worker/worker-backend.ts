/** Runs models in workers, one worker per session, so that a run does not block the calling thread. */

import { createCallsInFlight } from '../../async/calls-in-flight.js'
import { BertEmbedError } from '../../errors.js'
import { memoryOf, type Tensor } from '../../tensor/tensor.js'
import type { Backend, BackendSession, OnnxModel, PlanModel, SessionOptions } from '../backend.js'
import type { CreatedSession, WorkerLike, WorkerSettings } from './backend-messages.js'
import { createReloadableModel } from './reloadable-model.js'
import { connectWorker, type WorkerConnection } from './worker-connection.js'

export type { WorkerLike } from './backend-messages.js'

export interface WorkerBackendOptions {
  /** The backend's name in error messages. */
  readonly name: string
  /** Starts a worker whose code calls `serveBackend`. */
  readonly createWorker: () => WorkerLike
  /** Options of the backend in the worker. */
  readonly settings: WorkerSettings
  /**
   * Returns the backend to use if no worker starts, as in old browsers, under a strict content security policy, or if a
   * bundler left out the worker's file.
   */
  readonly fallback: (reason: Error) => Backend
}

/** Creates a backend that runs models in workers. A worker that crashes is replaced at the next run of its session. */
export function workerBackend({
  name,
  createWorker,
  settings,
  fallback,
}: WorkerBackendOptions): Required<Pick<Backend, 'name' | 'createSession' | 'createPlanSession'>> {
  const connect = () => connectWorker(name, createWorker)

  async function create(model: OnnxModel | PlanModel, options: SessionOptions = {}): Promise<BackendSession> {
    const worker = await connect().catch((reason: Error) => reason)
    if (worker instanceof Error) return createIn(fallback(worker), model, options)
    try {
      const { device, threads } = options // a caller's other options may not be cloneable
      const reloadable = createReloadableModel(model, device)
      const load = (into: WorkerConnection) => {
        const { model, transfer } = reloadable.toPosted()
        const request = { call: 'create', model, options: { device, threads }, settings } as const
        return into.call<CreatedSession>(request, transfer)
      }
      return createWorkerSession({ worker, created: await load(worker), connect, load })
    } catch (error) {
      await worker.close(error as Error)
      // A page's import map does not apply in workers, so the page may be able to import the runtime.
      if (error instanceof BertEmbedError && error.code === 'MISSING_PEER')
        return createIn(fallback(error), model, options)
      throw error
    }
  }

  return { name, createSession: create, createPlanSession: create }
}

function createIn(
  backend: Backend,
  model: OnnxModel | PlanModel,
  options: SessionOptions,
): Promise<BackendSession> {
  return 'plan' in model ? backend.createPlanSession!(model, options) : backend.createSession(model, options)
}

interface WorkerSessionParts {
  /** The worker that has loaded the model. */
  readonly worker: WorkerConnection
  readonly created: CreatedSession
  /** Starts another worker. */
  connect(): Promise<WorkerConnection>
  /** Loads the model into a worker. */
  load(into: WorkerConnection): Promise<CreatedSession>
}

function createWorkerSession({ worker, created, connect, load }: WorkerSessionParts): BackendSession {
  const calls = createCallsInFlight()
  const disposed = new BertEmbedError('DISPOSED', 'This session was disposed of.')
  let current = worker
  let replacement: Promise<WorkerConnection> | undefined
  let disposal: Promise<void> | undefined

  /** Starts a worker and loads the model into it. */
  async function startWorker(): Promise<WorkerConnection> {
    const started = await connect()
    try {
      await load(started)
      return started
    } catch (error) {
      await started.close(error as Error)
      throw error
    }
  }

  /** Replaces the worker, once for all runs that wait for it. After a failure, the next run tries again. */
  async function replaceWorker(): Promise<WorkerConnection> {
    replacement ??= startWorker().finally(() => {
      replacement = undefined
    })
    current = await replacement
    return current
  }

  async function run<Name extends string>(
    inputs: Readonly<Record<string, Tensor>>,
    outputs: readonly Name[],
  ): Promise<Readonly<Record<Name, Tensor>>> {
    const { copies, transfer } = copyInputs(inputs)
    const running = current.ended() ? await replaceWorker() : current
    return running.call({ call: 'run', inputs: copies, outputs }, transfer)
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
 * Copies the inputs, because the caller keeps them, and transfers the copies. Without the transfer, posting would copy
 * a second time, and for a view the whole buffer.
 */
function copyInputs(inputs: Readonly<Record<string, Tensor>>) {
  const entries = Object.entries(inputs).map(([name, { dtype, data, shape }]) => {
    return [name, { dtype, data: data.slice(), shape } as Tensor] as const
  })
  const copies = Object.fromEntries(entries)
  return { copies, transfer: memoryOf(Object.values(copies)) }
}
