/** What passes between a backend in a worker and its user: plain data that a structured clone can take. */

import type { ErrorCode } from '../errors.js'
import type { FileContent } from '../sources/model-source.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Device, ProbeInputs, SessionOptions } from './backend.js'

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
  readonly wasmPaths: string | undefined
}

/** A model whose graphs name each weight file by its path. */
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
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}
