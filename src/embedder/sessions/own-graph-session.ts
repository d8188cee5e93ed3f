/**
 * Runs batches on an encoder that the library makes from safetensors, as a graph or as a plan. The encoder pools, so that
 * the vectors of single tokens are not copied out of the runtime.
 */

import type { BackendSession } from '../../backends/backend.js'
import { freeMemory } from '../../free-memory.js'
import {
  encoderInputs,
  encoderOutput,
  maxPooledOutput,
  pooledOutput,
  poolingWeightsInput,
} from '../../model/encoder-tensors.js'
import { addSegments, segmentWeights } from '../../tensor/pooling-segments.js'
import { poolingWeights } from '../../tensor/pooling-weights.js'
import { type LastHiddenState, memoryOf, type Tensor } from '../../tensor/tensor.js'
import type { PaddedBatch } from '../../text/pad.js'
import { type EncoderSession, poolingMask, rowOf } from './encoder-session.js'

export function createOwnGraphSession(session: BackendSession): EncoderSession {
  return {
    device: session.device,
    parallelRuns: session.parallelRuns,
    async hiddenStates(batch) {
      const { [encoderOutput]: lastHiddenState } = await session.run(
        feedsOf(batch, poolingWeights(batch.attentionMask, [])),
        [encoderOutput],
      )
      return lastHiddenState as LastHiddenState
    },
    async embed(batch, texts) {
      const mask = poolingMask(batch, texts)
      // A batch may contain texts of several calls with different pooling modes.
      const modes = new Set(texts.flatMap((text) => text.modes))
      const linear = [...modes].filter((mode) => mode !== 'max')
      const weights = poolingWeights(mask, linear)
      // `max_pooled` covers all attended tokens. If a prompt is excluded, or the model was loaded without max pooling,
      // the maximum is computed here from the vectors of all tokens.
      const isMaxInGraph = mask === batch.attentionMask && session.outputNames.includes(maxPooledOutput)
      const maxOutput = isMaxInGraph ? maxPooledOutput : encoderOutput
      const outputs = modes.has('max') ? [pooledOutput, maxOutput] : [pooledOutput]
      const results: Readonly<Record<string, Tensor>> = await session.run(feedsOf(batch, weights), outputs)
      const pooled = addSegments(results[pooledOutput] as Tensor<'float32'>, linear.length)
      const max = isMaxInGraph
        ? results[maxPooledOutput]
        : modes.has('max') && (await maxOf(results[encoderOutput] as LastHiddenState, mask))
      const vectors = texts.map((text, row) =>
        concatenate(
          text.modes.map((mode) =>
            mode === 'max'
              ? rowOf(max as Tensor, row)
              : rowOf(pooled, row * linear.length + linear.indexOf(mode)),
          ),
        ),
      )
      // The outputs are several times as large as the vectors. Without this, embedding a list of short texts would
      // leave tens of megabytes to the garbage collector.
      freeMemory(memoryOf([...Object.values(results), pooled]))
      return vectors
    },
    dispose: () => session.dispose(),
  }
}

/** Pools outside the graph. The code is imported on demand, because this case is rare. */
async function maxOf(lastHiddenState: LastHiddenState, mask: Tensor<'int32'>): Promise<Tensor> {
  const { pool } = await import('../../tensor/pooling.js')
  return pool(lastHiddenState, mask, { pooling: 'max' })
}

function feedsOf(batch: PaddedBatch, weights: Tensor<'float32'>): Record<string, Tensor> {
  const [inputIds, attentionMask, tokenTypeIds] = encoderInputs
  return {
    [inputIds]: batch.inputIds,
    [attentionMask]: batch.attentionMask,
    [tokenTypeIds]: batch.tokenTypeIds,
    [poolingWeightsInput]: segmentWeights(weights),
  }
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0))
  let start = 0
  for (const part of parts) {
    whole.set(part, start)
    start += part.length
  }
  return whole
}
