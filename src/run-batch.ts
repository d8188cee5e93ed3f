/** One batch through the model: padded, run, pooled. */

import type { BackendSession } from './backends/backend.js'
import type { Waiting } from './batching/plan.js'
import { bertInputs, bertOutput } from './model/onnx/bert-graph.js'
import { maxPooledOutput, pooledOutput, poolingWeightsInput } from './model/onnx/pooling-outputs.js'
import type { PoolingMode } from './tensor/pooling.js'
import { addSegments, segmentWeights } from './tensor/pooling-segments.js'
import { type LinearPoolingMode, poolingWeights } from './tensor/pooling-weights.js'
import type { LastHiddenState, Tensor } from './tensor/tensor.js'
import type { Encoding } from './text/encoding.js'
import { type PaddedBatch, padEncodings } from './text/pad.js'
import type { Tokenizer } from './text/tokenizer.js'

/** A text ready for the model, and how its token vectors become one. */
export interface BatchText extends Waiting, Pick<Encoding, 'ids' | 'tokenTypeIds'> {
  readonly modes: readonly PoolingMode[]
}

/** Runs batches of texts and gives their vectors: those of a text's modes after each other, not normalised. */
export function createBatchRunner(session: BackendSession, { padToken }: Tokenizer) {
  return async (texts: readonly BatchText[]): Promise<Float32Array[]> => {
    // Whatever side the tokenizer pads on: padding on the left would move a text's positions by what stands beside it.
    const batch = padEncodings(texts, { padToken, paddingSide: 'right' })
    // Texts of several calls may be here, each with poolings of its own.
    const modes = new Set(texts.flatMap((text) => text.modes))
    const linear = [...modes].filter((mode) => mode !== 'max')
    const outputs = modes.has('max') ? [pooledOutput, maxPooledOutput] : [pooledOutput]
    const results = await session.run(feedsOf(batch, linear), outputs)
    const pooled = addSegments(results[pooledOutput] as Tensor<'float32'>, linear.length)
    const hidden = pooled.shape[2]!
    return texts.map((text, row) => {
      const vector = new Float32Array(text.modes.length * hidden)
      text.modes.forEach((mode, index) => {
        const part =
          mode === 'max'
            ? rowOf(results[maxPooledOutput]!, row)
            : rowOf(pooled, row * linear.length + linear.indexOf(mode))
        vector.set(part, index * hidden)
      })
      return vector
    })
  }
}

/** The encoder's output for a batch: [batch, tokens, hidden]. */
export async function runModel(session: BackendSession, batch: PaddedBatch): Promise<LastHiddenState> {
  const { [bertOutput]: lastHiddenState } = await session.run(feedsOf(batch, []), [bertOutput])
  return lastHiddenState as LastHiddenState
}

/** `modes` may be none: then nothing is summed up. */
function feedsOf(batch: PaddedBatch, modes: readonly LinearPoolingMode[]): Record<string, Tensor> {
  const [inputIds, attentionMask, tokenTypeIds] = bertInputs
  return {
    [inputIds]: batch.inputIds,
    [attentionMask]: batch.attentionMask,
    [tokenTypeIds]: batch.tokenTypeIds,
    [poolingWeightsInput]: segmentWeights(poolingWeights(batch.attentionMask, modes)),
  }
}

/** A stretch of the last dimension, counted over all the others: a view. */
function rowOf({ data, shape }: Tensor, row: number): Float32Array {
  const width = shape.at(-1)!
  return (data as Float32Array).subarray(row * width, (row + 1) * width)
}
