/** Adapts Node's worker threads to the interface of a browser's `Worker`. */

import { join } from 'node:path'
import process, { execArgv } from 'node:process'
// webpack recognises this name and makes a chunk of the worker's code. With "node:worker_threads", webpack 5.113 makes
// code that fails.
// biome-ignore lint/style/useNodejsImportProtocol: see above
import { Worker } from 'worker_threads'
import type { WorkerError, WorkerLike } from './backend-messages.js'
import { closeExitGate, type ExitGate } from './exit-gate.node.js'

/** The part of the `Worker` of `node:worker_threads` that the backend uses. */
export interface NodeWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void
  on(event: 'message', listener: (data: unknown) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
  ref(): void
  unref(): void
  terminate(): Promise<unknown>
}

/** Starts a thread that runs `ort-worker.node.ts`. */
export function startWorker(): NodeWorker {
  const options = workerOptions()
  // Bundlers for servers recognise both of these forms. In CommonJS, the build replaces import.meta.url by undefined.
  return import.meta.url === undefined
    ? new Worker(join(__dirname, 'ort-worker.node.js'), options)
    : new Worker(new URL('./ort-worker.node.js', import.meta.url), options)
}

/**
 * The options of a worker thread. It has separate output streams, which are never read, so that its output is dropped.
 * Reading them would keep the process alive.
 */
export function workerOptions() {
  return { stdout: true, stderr: true, ...(hasInputType() && { execArgv: [] }) }
}

/** Whether Node was started with --input-type. A worker that inherits this flag cannot start from a file. */
function hasInputType(): boolean {
  return execArgv.some((argument) => argument.startsWith('--input-type'))
}

/** The first message of a thread. */
export interface GateMessage {
  readonly gate: ExitGate
}

/** Adapts a thread that runs `ort-worker.node.ts`. */
export function toWorkerLike(worker: NodeWorker): WorkerLike {
  let gate: ExitGate | undefined
  const onExit = () => gate && closeExitGate(gate)

  function addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  function addEventListener(type: 'error', listener: (event: WorkerError) => void): void
  function addEventListener(
    type: 'message' | 'error',
    listener: (event: { data: unknown } & WorkerError) => void,
  ): void {
    const notify = (data: unknown, message: string) => listener({ data, message })
    if (type === 'message') {
      worker.on('message', (data) => {
        if (isGateMessage(data)) gate = data.gate
        else notify(data, '')
      })
    } else {
      worker.on('error', (error) => notify(undefined, error.message))
      worker.on('exit', (code) => notify(undefined, `it ended with exit code ${code}`))
    }
  }

  return {
    postMessage: (message, transfer) => worker.postMessage(message, transfer),
    addEventListener,
    terminate() {
      process.off('exit', onExit)
      return worker.terminate()
    },
    // Listens for the exit only while a call runs. Otherwise many idle models would add many listeners.
    ref() {
      worker.ref()
      process.on('exit', onExit)
    },
    unref() {
      worker.unref()
      process.off('exit', onExit)
    },
  }
}

function isGateMessage(message: unknown): message is GateMessage {
  return typeof message === 'object' && message !== null && 'gate' in message
}
