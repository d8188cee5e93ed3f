/** Starts a worker, sends calls to it, and returns its answers. */

import { BertEmbedError } from '../../errors.js'
import type { BackendAnswer, BackendCall, WorkerLike } from './backend-messages.js'

export interface WorkerConnection {
  /** Returns the error with which the worker crashed or was closed; `undefined` while it runs. */
  ended(): Error | undefined
  /**
   * Posts a call, transferring the memory in `transfer`, and returns the answer, which the caller knows to be a `T`.
   */
  call<T>(request: BackendCall, transfer: ArrayBuffer[]): Promise<T>
  /** Ends the worker. Calls without an answer reject with `error`. */
  close(error: Error): Promise<void>
}

/**
 * Starts a worker and waits until its code has loaded. The worker keeps a Node process alive only while a call waits
 * for its answer.
 *
 * @throws {BertEmbedError} `BACKEND_FAILED` if it does not start
 */
export async function connectWorker(name: string, createWorker: () => WorkerLike): Promise<WorkerConnection> {
  const worker = start(name, createWorker)
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let nextId = 0
  let ended: Error | undefined

  async function close(error: Error): Promise<void> {
    if (ended) return
    ended = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
    await worker.terminate()
  }

  await new Promise<void>((resolve, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault?.() // the calls reject with the error, so the browser need not log it
      const error = new BertEmbedError('BACKEND_FAILED', `The worker of ${name} failed: ${event.message}`)
      reject(error)
      void close(error)
    })
    worker.addEventListener('message', (event) => {
      const answer = event.data as BackendAnswer
      if ('ready' in answer) return resolve()
      const call = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (waiting.size === 0) worker.unref?.()
      if ('error' in answer) call?.reject(new BertEmbedError(answer.error.code, answer.error.message))
      else call?.resolve(answer.value)
    })
  })
  worker.unref?.()
  return {
    ended: () => ended,
    async call<T>(request: BackendCall, transfer: ArrayBuffer[]) {
      if (ended) throw ended
      const id = nextId++
      worker.postMessage({ ...request, id }, transfer)
      if (waiting.size === 0) worker.ref?.()
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
      return answer as Promise<T>
    },
    close,
  }
}

function start(name: string, createWorker: () => WorkerLike): WorkerLike {
  try {
    return createWorker()
  } catch (cause) {
    throw new BertEmbedError('BACKEND_FAILED', `The worker of ${name} could not be started.`, { cause })
  }
}
