/** A worker whose code has loaded, and the calls that wait for its answers. */

import { BertEmbedError } from '../../errors.js'
import type { BackendAnswer, BackendRequest, WorkerLike } from './backend-messages.js'

export interface WorkerConnection {
  /** Why the worker is no more: it failed, or was closed. */
  ended(): Error | undefined
  /** Posts a call, moving the memory in `transfer`, and waits for the answer. */
  call<T>(request: DistributiveOmit<BackendRequest, 'id'>, transfer: ArrayBuffer[]): Promise<T>
  /** Ends the worker; what waits for an answer gets `error`. */
  close(error: Error): Promise<void>
}

type DistributiveOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never

/**
 * Starts a worker and waits until its code has loaded. It keeps a Node process alive only while something waits for it.
 *
 * @throws {BertEmbedError} `BACKEND_FAILED` when it does not start
 */
export async function connectWorker(name: string, createWorker: () => WorkerLike): Promise<WorkerConnection> {
  const worker = start(name, createWorker)
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>()
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
      event.preventDefault?.() // it becomes an error of the calls that wait; none need appear on the console
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
      else call?.resolve(answer.value as never)
    })
  })
  worker.unref?.()
  return {
    ended: () => ended,
    async call(request, transfer) {
      if (ended) throw ended
      const id = nextId++
      worker.postMessage({ ...request, id }, transfer)
      if (waiting.size === 0) worker.ref?.()
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
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
