/**
 * The interface of a loaded model that runs batches. Its graph is either the one that the library writes or an ONNX
 * file of the model's repository.
 */

import type { Device } from '../../backends/backend.js'
import type { QueuedText } from '../../batching/plan.js'
import type { PoolingMode } from '../../tensor/pooling-modes.js'
import { createTensor, type LastHiddenState, type Tensor } from '../../tensor/tensor.js'
import type { Encoding } from '../../text/encoding.js'
import type { PaddedBatch } from '../../text/pad.js'

export interface EncoderSession {
  /** The device that the model runs on. */
  readonly device: Device
  /** Number of batches computed at the same time. @default 1 */
  readonly parallelRuns?: number | undefined
  /**
   * Returns one vector for each text of a batch. A text's vector is the concatenation of the vectors of its pooling
   * modes. A text without modes has the sentence embedding that the graph computes. The batch is padded on the right.
   */
  embed(batch: PaddedBatch, texts: readonly BatchText[]): Promise<Float32Array[]>
  /** Returns the encoder's output for a batch: [batch, tokens, hidden]. */
  hiddenStates(batch: PaddedBatch): Promise<LastHiddenState>
  /** Releases the model's memory; safe to call twice. */
  dispose(): Promise<void>
}

/** A tokenized text or window, and how the vectors of its tokens are pooled. */
export interface BatchText extends QueuedText, Pick<Encoding, 'ids' | 'tokenTypeIds'> {
  readonly modes: readonly PoolingMode[]
  /** Number of leading tokens that are excluded from pooling. */
  readonly promptTokens: number
}

/** Returns the attention mask with 0 for the prompt tokens that are excluded from pooling. */
export function poolingMask({ attentionMask }: PaddedBatch, texts: readonly BatchText[]): Tensor<'int32'> {
  if (texts.every(({ promptTokens }) => promptTokens === 0)) return attentionMask
  const data = attentionMask.data.slice()
  const tokens = attentionMask.shape[1]!
  for (const [row, { promptTokens }] of texts.entries())
    data.fill(0, row * tokens, row * tokens + Math.min(promptTokens, tokens))
  return createTensor('int32', data, attentionMask.shape)
}

/** Returns a view of one row of a tensor: the values of the last dimension at one index of the other dimensions. */
export function rowOf({ data, shape }: Tensor, row: number): Float32Array {
  const width = shape.at(-1)!
  return (data as Float32Array).subarray(row * width, (row + 1) * width)
}
