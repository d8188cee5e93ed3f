/** What passes between a backend in a worker and its user: plain data that a structured clone can take. */

import type { ErrorCode } from '../../errors.js'
import type { FileContent } from '../../sources/model-source.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { Device, ProbeInputs, SessionOptions } from '../backend.js'

/** A call, answered by a {@link BackendAnswer} with the same id. */
export type BackendRequest = { readonly id: number } & (
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
)

/** What the backend in the worker is made with. */
export interface WorkerSettings {
  readonly wasmPaths?: string | undefined
}

/** A model whose graphs already name each weight file as the backend in the worker will. */
export interface PostedModel {
  readonly files: readonly {
    readonly path: string
    readonly byteLength: number
    readonly content: FileContent
  }[]
  readonly graph: Uint8Array
  readonly probe: { readonly graph: Uint8Array; readonly inputs: ProbeInputs } | undefined
}

export interface CreatedSession {
  readonly device: Device
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
}

export type BackendAnswer =
  /** The first message of all: the worker's code has loaded. */
  | { readonly ready: true }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code: ErrorCode; readonly message: string } }

/** The part of a Worker, or of a worker's own global scope, that messages need. */
export interface MessageEndpoint {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/** The part of a Worker that its user needs. */
export interface WorkerLike extends MessageEndpoint {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'error', listener: (event: WorkerError) => void): void
  /** Ends the thread; a promise when that can be waited for. */
  terminate(): unknown
  /** In Node: the process lives as long as the worker does. */
  ref?(): void
  /** In Node: the process may end although the worker lives. */
  unref?(): void
}

/** That a worker has failed, as an `ErrorEvent` tells it. */
export interface WorkerError {
  readonly message: string
  preventDefault?(): void
}
