/** The interface of a loaded model that runs batches. The graph is the library's or the repository's. */

import type { Device } from '../../backends/backend.js'
import type { Waiting } from '../../batching/plan.js'
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
   * Returns one vector for each text of a batch that is padded on the right: the vectors of its pooling modes,
   * concatenated, or, without modes, the graph's own sentence embedding.
   */
  embed(batch: PaddedBatch, texts: readonly BatchText[]): Promise<Float32Array[]>
  /** Returns the encoder's output for a batch: [batch, tokens, hidden]. */
  hiddenStates(batch: PaddedBatch): Promise<LastHiddenState>
  /** Releases the model's memory; safe to call twice. */
  dispose(): Promise<void>
}

/** A tokenized text or window, and how the vectors of its tokens become one. */
export interface BatchText extends Waiting, Pick<Encoding, 'ids' | 'tokenTypeIds'> {
  readonly modes: readonly PoolingMode[]
  /** Number of leading tokens that are excluded from pooling. */
  readonly promptTokens: number
}

/** Marks the tokens that are pooled: those of the attention mask, without excluded prompts. */
export function poolingMask({ attentionMask }: PaddedBatch, texts: readonly BatchText[]): Tensor<'int32'> {
  if (texts.every(({ promptTokens }) => promptTokens === 0)) return attentionMask
  const data = attentionMask.data.slice()
  const tokens = attentionMask.shape[1]!
  for (const [row, { promptTokens }] of texts.entries())
    data.fill(0, row * tokens, row * tokens + Math.min(promptTokens, tokens))
  return createTensor('int32', data, attentionMask.shape)
}

/** A view of one row of a tensor's last dimension. Rows are counted over all other dimensions. */
export function rowOf({ data, shape }: Tensor, row: number): Float32Array {
  const width = shape.at(-1)!
  return (data as Float32Array).subarray(row * width, (row + 1) * width)
}
