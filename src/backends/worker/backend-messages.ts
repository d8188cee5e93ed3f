/** Messages between a worker and the thread that uses it. They are plain data, which a structured clone can copy. */

import type { Plan } from '../../engine/plan.js'
import type { ErrorCode } from '../../errors.js'
import type { FileContent } from '../../sources/model-source.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { Device, ProbeInputs, SessionOptions } from '../backend.js'

/** A call to the backend in the worker. */
export type BackendCall =
  | {
      readonly call: 'create'
      readonly model: PostedModel
      readonly options: SessionOptions
      readonly settings: WorkerSettings
    }
  | {
      readonly call: 'run'
      readonly inputs: Readonly<Record<string, Tensor>>
      readonly outputs: readonly string[]
    }

/** The message of a call. The {@link BackendAnswer} to it has the same id. */
export type BackendRequest = BackendCall & { readonly id: number }

/** Options of the backend in the worker. */
export interface WorkerSettings {
  readonly wasmPaths?: string | undefined
  readonly relaxedSimd?: boolean | undefined
}

/** A model as plain data. */
export interface PostedModel {
  readonly files: readonly {
    readonly path: string
    readonly byteLength: number
    readonly content: FileContent
  }[]
  readonly encoder: PostedGraph | PostedPlan
}

/** Graphs refer to the weight files by the names that the backend in the worker uses. */
export interface PostedGraph {
  readonly graph: Uint8Array
  readonly probe: { readonly graph: Uint8Array; readonly inputs: ProbeInputs } | undefined
}

export interface PostedPlan {
  readonly plan: Plan
}

/** The answer to the call `create`. */
export interface CreatedSession {
  readonly backend: string | undefined
  readonly device: Device
  readonly outputNames: readonly string[]
}

export type BackendAnswer =
  /** The worker's first message: its code has loaded. */
  | { readonly ready: true }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code: ErrorCode; readonly message: string } }

/** The part of a `Worker`, or of a worker's global scope, that sends and receives messages. */
export interface MessageEndpoint {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/** The part of a `Worker` that the backend uses. Node's worker threads are adapted to it. */
export interface WorkerLike extends MessageEndpoint {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'error', listener: (event: WorkerError) => void): void
  /** Ends the thread. May return a promise that resolves when it has ended. */
  terminate(): unknown
  /** In Node: keeps the process alive as long as the worker runs. */
  ref?(): void
  /** In Node: lets the process end while the worker runs. */
  unref?(): void
}

/** The part of an `ErrorEvent` that says why a worker failed. */
export interface WorkerError {
  readonly message: string
  preventDefault?(): void
}
