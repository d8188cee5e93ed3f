/** A loaded model as batches use it, whichever graph is behind it: ours, or one that its repository ships. */

import type { Device } from '../../backends/backend.js'
import type { Waiting } from '../../batching/plan.js'
import type { PoolingMode } from '../../tensor/pooling-modes.js'
import { createTensor, type LastHiddenState, type Tensor } from '../../tensor/tensor.js'
import type { Encoding } from '../../text/encoding.js'
import type { PaddedBatch } from '../../text/pad.js'

export interface EncoderSession {
  /** Where it runs. */
  readonly device: Device
  /** How many batches it computes at the same time. @default 1 */
  readonly parallelRuns?: number | undefined
  /**
   * One vector for each text of a batch that is padded on the right: those of its modes after each other, or, where it
   * has no modes, what the model itself makes of it.
   */
  embed(batch: PaddedBatch, texts: readonly BatchText[]): Promise<Float32Array[]>
  /** The encoder's output for a batch: [batch, tokens, hidden]. */
  hiddenStates(batch: PaddedBatch): Promise<LastHiddenState>
  /** Releases the model's memory; safe to call twice. */
  dispose(): Promise<void>
}

/** A text ready for the model, and how its token vectors become one. */
export interface BatchText extends Waiting, Pick<Encoding, 'ids' | 'tokenTypeIds'> {
  readonly modes: readonly PoolingMode[]
  /** How many of its first tokens are left out of the pooling. */
  readonly promptTokens: number
}

/** Which tokens are pooled: those of the attention mask, without the prompts'. */
export function poolingMask({ attentionMask }: PaddedBatch, texts: readonly BatchText[]): Tensor<'int32'> {
  if (texts.every(({ promptTokens }) => promptTokens === 0)) return attentionMask
  const data = attentionMask.data.slice()
  const tokens = attentionMask.shape[1]!
  for (const [row, { promptTokens }] of texts.entries())
    data.fill(0, row * tokens, row * tokens + Math.min(promptTokens, tokens))
  return createTensor('int32', data, attentionMask.shape)
}

/** A stretch of the last dimension, counted over all the others: a view. */
export function rowOf({ data, shape }: Tensor, row: number): Float32Array {
  const width = shape.at(-1)!
  return (data as Float32Array).subarray(row * width, (row + 1) * width)
}
