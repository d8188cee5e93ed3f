/** The graph that the library writes, as batches use it: it pools by itself, so that one vector of a text crosses back. */

import type { BackendSession } from '../backends/backend.js'
import { freeMemory } from '../free-memory.js'
import { encoderInputs, encoderOutput } from '../model/onnx/encoder-graph.js'
import { maxPooledOutput, pooledOutput, poolingWeightsInput } from '../model/onnx/pooling-outputs.js'
import { addSegments, segmentWeights } from '../tensor/pooling-segments.js'
import { poolingWeights } from '../tensor/pooling-weights.js'
import { type LastHiddenState, memoryOf, type Tensor } from '../tensor/tensor.js'
import type { PaddedBatch } from '../text/pad.js'
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
      // Texts of several calls may be here, each with poolings of its own.
      const modes = new Set(texts.flatMap((text) => text.modes))
      const linear = [...modes].filter((mode) => mode !== 'max')
      const weights = poolingWeights(mask, linear)
      // The graph's own largest values are over all that is attended to: those without a prompt are computed here from the
      // vectors of all tokens, as are those that a call asks for and the model was not loaded for.
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
      // Several times the vectors: a list of short texts would leave tens of megabytes to the garbage collector.
      freeMemory(memoryOf([...Object.values(results), pooled]))
      return vectors
    },
    dispose: () => session.dispose(),
  }
}

/** Loaded when it is needed, which is rare. */
async function maxOf(lastHiddenState: LastHiddenState, mask: Tensor<'int32'>): Promise<Tensor> {
  const { pool } = await import('../tensor/pooling.js')
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
