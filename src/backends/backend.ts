/** The port for running a model. The package has an engine, and backends for onnxruntime-node and onnxruntime-web. */

import type { Plan } from '../engine/plan.js'
import type { ModelFile } from '../sources/model-source.js'
import type { Tensor } from '../tensor/tensor.js'

/** What computes: `wasm`, the engine, or an execution provider of ONNX Runtime, such as `cpu`, `cuda`, `coreml` or `webgpu`. */
export type Device = 'cpu' | 'wasm' | 'webgpu' | 'cuda' | 'coreml' | 'dml' | (string & {})

export interface Backend {
  /** The backend's name, such as `onnxruntime-node`. */
  readonly name: string
  /** Returns the number of tokens per batch with the highest throughput. @default 1024 */
  batchTokens?(options: SessionOptions): number | undefined
  /**
   * Loads a model.
   *
   * @throws {BertEmbedError} `MISSING_PEER` if the runtime is not installed, `UNSUPPORTED_DEVICE` if it does not have
   * the device, `BACKEND_FAILED` if it cannot load the model.
   */
  createSession(model: OnnxModel, options?: SessionOptions): Promise<BackendSession>
  /**
   * Whether the backend takes a plan instead of a graph, for models whose safetensors the library reads.
   *
   * @default false
   */
  takesPlans?(options: SessionOptions): boolean
  /**
   * Loads a model from a plan. Needed if `takesPlans` returns true.
   *
   * @throws {BertEmbedError} as `createSession`, and `INVALID_WEIGHTS` for a value that is NaN or infinite.
   */
  createPlanSession?(model: PlanModel, options?: SessionOptions): Promise<BackendSession>
}

export interface SessionOptions {
  /** The device that runs the model. @default `cpu` in Node, `wasm` in a browser */
  readonly device?: Device | undefined
  /** Number of threads within an operator. @default chosen by the runtime */
  readonly threads?: number | undefined
}

/** An ONNX graph and the files with its weights. */
export interface OnnxModel {
  /** The files that contain the weights. */
  readonly files: readonly ModelFile[]
  /**
   * Returns the bytes of the .onnx file for a device. The graph's external data refers to the file at `path` by the
   * name `locate(path)`.
   */
  toBytes(locate: (path: string) => string, device?: Device): Uint8Array
  /** A small part of the model with the same weights. A backend can use it to compare a device with the CPU. */
  readonly probe?: OnnxProbe | undefined
}

/** A plan of kernel calls and the files with its weights. */
export interface PlanModel {
  readonly files: readonly ModelFile[]
  readonly plan: Plan
}

export interface OnnxProbe {
  readonly inputs: ProbeInputs
  /** Works like {@link OnnxModel.toBytes}. The graph has one output. */
  toBytes(locate: (path: string) => string, device?: Device): Uint8Array
}

export type ProbeInputs = Readonly<Record<string, Tensor>>

export interface BackendSession {
  /** Name of the backend that runs the model. @default the name of the backend that created the session */
  readonly backend?: string | undefined
  /** The device that runs the model. */
  readonly device: Device
  readonly outputNames: readonly string[]
  /** Number of runs that the session computes at the same time. @default 1 */
  readonly parallelRuns?: number | undefined
  /**
   * Runs the model and returns the requested outputs. Each output must have a separate `ArrayBuffer`: callers free its
   * memory by transferring the buffer.
   *
   * @throws {BertEmbedError} `BACKEND_FAILED` if the run fails. The session stays usable.
   */
  run<Name extends string>(
    inputs: Readonly<Record<string, Tensor>>,
    outputs: readonly Name[],
  ): Promise<Readonly<Record<Name, Tensor>>>
  /** Releases the model's memory. Safe to call twice. */
  dispose(): Promise<void>
}
