/** Runs batches on an ONNX graph of the model's repository, and pools the token vectors unless the graph pools. */

import type { BackendSession } from '../../backends/backend.js'
import { ArgumentRangeError, BertEmbedError } from '../../errors.js'
import { freeMemory } from '../../free-memory.js'
import { pool } from '../../tensor/pooling.js'
import { createTensor, type LastHiddenState, memoryOf, type Tensor } from '../../tensor/tensor.js'
import type { PaddedBatch } from '../../text/pad.js'
import { type BatchText, type EncoderSession, poolingMask, rowOf } from './encoder-session.js'
import { type FittedBatch, fitBatch, type GraphSizes } from './fit-batch.js'

/** The inputs and outputs of a graph. */
export interface OnnxSignature extends GraphSizes {
  /** The graph's name in error messages. */
  readonly name: string
  /** The inputs, all int32: an exported graph that takes int64 has been wrapped in casts (onnx-casts.ts). */
  readonly inputs: readonly { readonly name: string; readonly feed: keyof PaddedBatch }[]
  /** Name of the output with the vectors of all tokens: [batch, tokens, hidden]. */
  readonly tokenOutputName: string | undefined
  /** Name of the output with the final vectors of the texts: [batch, dimension]. */
  readonly textOutputName: string | undefined
}

/** The supported inputs by the names that exporters use: PyTorch's, then TensorFlow's. */
export const onnxInputs = {
  input_ids: 'inputIds',
  attention_mask: 'attentionMask',
  token_type_ids: 'tokenTypeIds',
  input_word_ids: 'inputIds',
  input_mask: 'attentionMask',
  input_type_ids: 'tokenTypeIds',
  segment_ids: 'tokenTypeIds',
} as const satisfies Record<string, keyof PaddedBatch>

/** @param maxBatchTokens Maximum number of tokens per run, for a graph without a fixed batch size. */
export function createRepositoryGraphSession(
  session: BackendSession,
  signature: OnnxSignature,
  maxBatchTokens: number,
): EncoderSession {
  const { name, inputs, tokenOutputName: tokenOutput, textOutputName: textOutput } = signature

  function partsOf(batch: PaddedBatch): readonly FittedBatch[] {
    const tokens = batch.inputIds.shape[1]!
    if (tokens > (signature.tokens ?? tokens))
      throw new ArgumentRangeError(
        'INVALID_OPTION',
        `${name} takes ${signature.tokens} tokens, but the longest text has ${tokens}.`,
      )
    return fitBatch(
      batch,
      signature,
      Math.max(1, Math.floor(maxBatchTokens / Math.max(1, signature.tokens ?? tokens))),
    )
  }
  function run(batch: PaddedBatch, outputs: readonly string[]) {
    return session.run(Object.fromEntries(inputs.map(({ name, feed }) => [name, batch[feed]])), outputs)
  }
  function checkTokenOutput(): string {
    if (tokenOutput !== undefined) return tokenOutput
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      `${name} only has the output ${textOutput}: other poolings and forward need the tokens' vectors.`,
    )
  }
  async function poolRows(batch: PaddedBatch, texts: readonly BatchText[]): Promise<Float32Array[]> {
    const isPooled = (text: BatchText) => text.modes.length > 0
    const tokens = texts.some(isPooled) ? checkTokenOutput() : undefined
    const final = texts.every(isPooled) ? undefined : textOutput!
    const results = await run(
      batch,
      [tokens, final].filter((output) => output !== undefined),
    )
    const mask = poolingMask(batch, texts)
    const pooled = new Map<string, Tensor<'float32'>>()
    const vectors = texts.map((text, row) => {
      if (!isPooled(text)) return rowOf(results[final!]!, row).slice()
      const key = text.modes.join()
      const hidden = results[tokens!] as LastHiddenState
      if (!pooled.has(key)) pooled.set(key, pool(hidden, mask, { pooling: text.modes }))
      return rowOf(pooled.get(key)!, row).slice()
    })
    // The outputs hold the vectors of all tokens: several hundred kilobytes per batch.
    freeMemory(memoryOf(Object.values<Tensor>(results)))
    return vectors
  }

  return {
    device: session.device,
    parallelRuns: session.parallelRuns,
    async hiddenStates(batch) {
      const output = checkTokenOutput()
      const parts = partsOf(batch)
      const [first] = parts
      if (first?.batch === batch) return (await run(batch, [output]))[output] as LastHiddenState
      const states: (FittedBatch & { readonly hidden: LastHiddenState })[] = []
      for (const part of parts)
        states.push({ ...part, hidden: (await run(part.batch, [output]))[output] as LastHiddenState })
      return joinStates(states, batch.inputIds.shape)
    },
    async embed(batch, texts) {
      const vectors: Float32Array[] = []
      for (const { start, count, batch: part } of partsOf(batch))
        vectors.push(...(await poolRows(part, texts.slice(start, start + count))))
      return vectors
    },
    dispose: () => session.dispose(),
  }
}

/** Joins the states of all rows into one tensor. The states of padding that was not run are 0. */
function joinStates(
  states: readonly (FittedBatch & { readonly hidden: LastHiddenState })[],
  [rows = 0, tokens = 0]: readonly number[],
): LastHiddenState {
  const size = states[0]?.hidden.shape[2] ?? 0
  const joined = new Float32Array(rows * tokens * size)
  for (const { start, count, column, tokens: taken, hidden } of states)
    for (let row = 0; row < count; row++) {
      const first = row * hidden.shape[1]! * size
      joined.set(hidden.data.subarray(first, first + taken * size), ((start + row) * tokens + column) * size)
    }
  return createTensor('float32', joined, [rows, tokens, size])
}
