/** Reads the outputs of a run from memory: hidden states and pooled vectors. */

import type { BatchRows } from '../../engine/batch-inputs.js'
import type { Kernels } from '../../engine/execute.js'
import type { MemoryLayout } from '../../engine/memory-layout.js'
import type { Plan } from '../../engine/plan.js'
import { BertEmbedError } from '../../errors.js'
import {
  encoderOutput,
  maxPooledOutput,
  pooledOutput,
  poolingWeightsInput,
} from '../../model/encoder-tensors.js'
import { createTensor, type Tensor } from '../../tensor/tensor.js'
import type { PaddedBatch } from '../../text/pad.js'
import type { Inputs } from './engine-inputs.js'
import { engineName } from './engine-name.js'

export interface OutputContext {
  readonly plan: Plan
  readonly kernels: Kernels
  readonly buffer: ArrayBuffer | SharedArrayBuffer
  readonly layout: MemoryLayout
  readonly rows: BatchRows
  readonly batch: PaddedBatch
}

/** @throws {BertEmbedError} `BACKEND_FAILED` for an unknown output, or wrong weights for pooling */
export function outputOf(name: string, context: OutputContext, inputs: Inputs): Tensor {
  switch (name) {
    case encoderOutput:
      return lastHiddenState(context)
    case pooledOutput:
      return pooled(context, inputs[poolingWeightsInput])
    case maxPooledOutput:
      return maxPooled(context)
    default:
      throw new BertEmbedError('BACKEND_FAILED', `The ${engineName} has no output ${name}.`)
  }
}

function lastHiddenState({ plan, buffer, layout, rows, batch }: OutputContext): Tensor {
  const [texts, tokens] = batch.inputIds.shape as [number, number]
  const { hiddenSize } = plan
  const data = new Float32Array(texts * tokens * hiddenSize)
  const first = rowAddress(plan, layout, 0)
  for (let row = 0; row < rows.rowCount; row++)
    data.set(new Float32Array(buffer, first + row * plan.output.stride, hiddenSize), row * hiddenSize)
  return createTensor('float32', data, [texts, tokens, hiddenSize])
}

/** The sums of the tokens' vectors, each times its weight: [batch, modes, hidden]. */
function pooled(
  { plan, kernels, buffer, layout, rows, batch }: OutputContext,
  weights: Tensor | undefined,
): Tensor {
  const { hiddenSize, output } = plan
  const [, tokens] = batch.inputIds.shape as [number, number]
  const modes = weights?.shape[1]
  if (
    weights?.dtype !== 'float32' ||
    modes === undefined ||
    weights.data.length !== rows.texts.length * modes * tokens
  )
    throw new BertEmbedError(
      'BACKEND_FAILED',
      `The ${engineName} needs ${poolingWeightsInput} for its output ${pooledOutput}: float32 [batch, modes, tokens].`,
    )
  const data = new Float32Array(rows.texts.length * modes * hiddenSize)
  const values = weights.data as Float32Array
  for (const [text, { start, column, rows: count }] of rows.texts.entries())
    for (let mode = 0; mode < modes && count > 0; mode++) {
      const at = (text * modes + mode) * tokens + column
      new Float32Array(buffer, layout.weights, count).set(values.subarray(at, at + count))
      kernels.weighted_sum(
        rowAddress(plan, layout, start),
        output.stride,
        count,
        hiddenSize,
        layout.weights,
        layout.pooled,
      )
      data.set(new Float32Array(buffer, layout.pooled, hiddenSize), (text * modes + mode) * hiddenSize)
    }
  return createTensor('float32', data, [rows.texts.length, modes, hiddenSize])
}

/** The maximum over the tokens without padding: [batch, hidden]; zeros for a text without tokens. */
function maxPooled({ plan, kernels, buffer, layout, rows }: OutputContext): Tensor {
  const { hiddenSize, output } = plan
  const data = new Float32Array(rows.texts.length * hiddenSize)
  for (const [text, { start, firstKey, keys }] of rows.texts.entries()) {
    if (keys === 0) continue
    kernels.maximum(
      rowAddress(plan, layout, start + firstKey),
      output.stride,
      keys,
      hiddenSize,
      layout.pooled,
    )
    data.set(new Float32Array(buffer, layout.pooled, hiddenSize), text * hiddenSize)
  }
  return createTensor('float32', data, [rows.texts.length, hiddenSize])
}

/** Address of a row of the last hidden state. */
function rowAddress({ slotOf, output }: Plan, { slots }: MemoryLayout, row: number): number {
  return slots[slotOf[output.value]!]! + output.offset + row * output.stride
}
