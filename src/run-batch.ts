/** One batch through the model: padded, run, pooled. */

import type { BackendSession } from './backends/backend.js'
import type { Waiting } from './batching/plan.js'
import { bertInputs, bertOutput } from './model/onnx/bert-graph.js'
import { type PoolingMode, pool } from './tensor/pooling.js'
import type { LastHiddenState } from './tensor/tensor.js'
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
    const lastHiddenState = await runModel(session, batch)
    const modes = [...new Set(texts.flatMap((text) => text.modes))]
    const pooled = pool(lastHiddenState, batch.attentionMask, { pooling: modes }) // [batch, modes * hidden]
    const hidden = lastHiddenState.shape[2]!
    return texts.map((text, row) => {
      const vector = new Float32Array(text.modes.length * hidden)
      text.modes.forEach((mode, index) => {
        const start = (row * modes.length + modes.indexOf(mode)) * hidden
        vector.set(pooled.data.subarray(start, start + hidden), index * hidden)
      })
      return vector
    })
  }
}

/** The encoder's output for a batch: [batch, tokens, hidden]. */
export async function runModel(session: BackendSession, batch: PaddedBatch): Promise<LastHiddenState> {
  const [inputIds, attentionMask, tokenTypeIds] = bertInputs
  const feeds = {
    [inputIds]: batch.inputIds,
    [attentionMask]: batch.attentionMask,
    [tokenTypeIds]: batch.tokenTypeIds,
  }
  const { [bertOutput]: lastHiddenState } = await session.run(feeds, [bertOutput])
  return lastHiddenState as LastHiddenState
}
