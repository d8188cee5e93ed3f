/** Adapts a session of ONNX Runtime to the interface `BackendSession`, for both the Node and the web backend. */

import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common'
import { createSerialRunner } from '../../async/serial-runner.js'
import { BertEmbedError } from '../../errors.js'
import { createTensor, type DataType, type Tensor } from '../../tensor/tensor.js'
import type { BackendSession } from '../backend.js'

/** The part of `onnxruntime-node` and `onnxruntime-web` that both backends use. */
export interface OrtModule {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>
  }
  readonly Tensor: TensorConstructor
}

/**
 * Log only fatal errors: ONNX Runtime writes to stderr, and it throws its errors anyway. Running out of memory is such
 * an error, and it is expected: the batch is then split into two and retried.
 */
export const quietLogging = { logSeverityLevel: 4 } as const

/** Loads a model into ONNX Runtime. @throws {BertEmbedError} `BACKEND_FAILED` */
export async function createOrtSession(
  { name, ort, device }: { readonly name: string; readonly ort: OrtModule; readonly device: string },
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<BackendSession> {
  const session = await ort.InferenceSession.create(model, { ...quietLogging, ...options }).catch(
    (cause: unknown) => {
      throw toBackendError(`${name} could not load the model`, cause)
    },
  )
  let disposal: Promise<void> | undefined
  // Two runs at the same time would need the memory of both, and WebGPU refuses the second.
  const inTurn = createSerialRunner()
  return {
    backend: name,
    device,
    outputNames: session.outputNames,
    async run(inputs, outputs) {
      if (disposal) throw new BertEmbedError('DISPOSED', `This ${name} session was disposed of.`)
      const feeds: Record<string, OrtTensor> = {}
      for (const [input, tensor] of Object.entries(inputs)) feeds[input] = toOrtTensor(tensor, ort)
      const fetched = await inTurn(() => session.run(feeds, outputs)).catch((cause: unknown) => {
        throw toBackendError(`${name} failed to run the model`, cause)
      })
      const entries = outputs.map((output) => [output, fromOrtTensor(output, fetched[output], name)])
      return Object.fromEntries(entries)
    },
    dispose() {
      disposal ??= inTurn(() => session.release())
      return disposal
    },
  }
}

function toOrtTensor({ dtype, data, shape }: Tensor, ort: OrtModule): OrtTensor {
  return new ort.Tensor(dtype as 'float32', data as Float32Array, shape)
}

const returnable: readonly string[] = ['float32', 'int32', 'int64', 'int8', 'uint8'] satisfies DataType[]

function fromOrtTensor(output: string, tensor: OrtTensor | undefined, name: string): Tensor {
  if (!tensor || !returnable.includes(tensor.type))
    throw new BertEmbedError(
      'BACKEND_FAILED',
      `${name}: output ${output} is ${tensor ? `a ${tensor.type} tensor` : 'absent'}; expected one of ${returnable.join(', ')}.`,
    )
  return createTensor(tensor.type as 'float32', tensor.data as Float32Array, tensor.dims)
}

function toBackendError(what: string, cause: unknown): BertEmbedError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const code = /bad_alloc|bad allocation|out of memory|allocate memory/i.test(reason)
    ? 'OUT_OF_MEMORY'
    : 'BACKEND_FAILED'
  return new BertEmbedError(code, `${what}: ${reason}`, { cause })
}
