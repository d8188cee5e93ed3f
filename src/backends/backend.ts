/** The port through which a model is run: onnxruntime-node, onnxruntime-web, or a backend of one's own. */

import type { ModelFile } from '../sources/model-source.js'
import type { Tensor } from '../tensor/tensor.js'

/** Where a model can run: an execution provider of ONNX Runtime, such as `cpu`, `cuda`, `coreml`, `wasm`, `webgpu`. */
export type Device = 'cpu' | 'wasm' | 'webgpu' | 'cuda' | 'coreml' | 'dml' | (string & {})

export interface Backend {
  /** What errors call it, such as `onnxruntime-node`. */
  readonly name: string
  /** The tokens of a batch that it computes fastest. @default 1024 */
  batchTokens?(options: SessionOptions): number | undefined
  /**
   * Loads a model.
   *
   * @throws {BertEmbedError} `MISSING_PEER` when the runtime is not installed, `UNSUPPORTED_DEVICE` when it has no such
   * device, `BACKEND_FAILED` when it refuses the model.
   */
  createSession(model: OnnxModel, options?: SessionOptions): Promise<BackendSession>
}

export interface SessionOptions {
  /** @default the backend's own: `cpu` in Node, `wasm` on the web */
  readonly device?: Device | undefined
  /** Threads within an operator. @default the runtime's own choice */
  readonly threads?: number | undefined
}

/** A graph and the files its weights lie in. */
export interface OnnxModel {
  /** The files that hold the weights. */
  readonly files: readonly ModelFile[]
  /**
   * The bytes of the .onnx model for a device; its external data names each file by what `locate` gives for its path.
   */
  toBytes(locate: (path: string) => string, device?: Device): Uint8Array
  /** A part of the model, with the same weights, on which a backend can check a device it does not trust. */
  readonly probe?: OnnxProbe | undefined
}

export interface OnnxProbe {
  readonly inputs: ProbeInputs
  /** As {@link OnnxModel.toBytes}; the graph has one output. */
  toBytes(locate: (path: string) => string, device?: Device): Uint8Array
}

export type ProbeInputs = Readonly<Record<string, Tensor>>

export interface BackendSession {
  /** Where it runs. */
  readonly device: Device
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /** How many runs it computes at the same time. @default 1 */
  readonly parallelRuns?: number | undefined
  /**
   * Runs the model once and returns the outputs asked for, each in an `ArrayBuffer` of its own: what has been read of
   * them is freed by moving it.
   *
   * @throws {BertEmbedError} `BACKEND_FAILED` when the run fails; the session stays usable.
   */
  run<Name extends string>(
    inputs: Readonly<Record<string, Tensor>>,
    outputs: readonly Name[],
  ): Promise<Readonly<Record<Name, Tensor>>>
  /** Releases the model's memory; safe to call twice. */
  dispose(): Promise<void>
}
