/** A graph that a repository ships, as batches use it: its token vectors are pooled here, unless it pools by itself. */

import type { BackendSession } from '../backends/backend.js'
import { BertEmbedError } from '../errors.js'
import { freeMemory } from '../free-memory.js'
import { pool } from '../tensor/pooling.js'
import { createTensor, type LastHiddenState, memoryOf, type Tensor } from '../tensor/tensor.js'
import type { PaddedBatch } from '../text/pad.js'
import { type BatchText, type EncoderSession, poolingMask, rowOf } from './encoder-session.js'

/** What a graph takes and gives. */
export interface OnnxSignature {
  /** What errors call the graph. */
  readonly name: string
  readonly inputs: readonly { readonly name: OnnxInput; readonly dtype: 'int32' | 'int64' }[]
  /** The vectors of all tokens: [batch, tokens, hidden]. */
  readonly tokenOutput: string | undefined
  /** The vectors of the texts, which are the model's last word: [batch, dimension]. */
  readonly textOutput: string | undefined
}

/** The inputs that can be fed, by the names that exports give them. */
export const onnxInputs = {
  input_ids: 'inputIds',
  attention_mask: 'attentionMask',
  token_type_ids: 'tokenTypeIds',
} as const satisfies Record<string, keyof PaddedBatch>

export type OnnxInput = keyof typeof onnxInputs

export function createOnnxSession(session: BackendSession, signature: OnnxSignature): EncoderSession {
  const { name, inputs, tokenOutput, textOutput } = signature

  async function run(batch: PaddedBatch, outputs: readonly string[]) {
    const feeds = inputs.map(({ name, dtype }) => [name, asDtype(batch[onnxInputs[name]], dtype)] as const)
    return session.run(Object.fromEntries(feeds), outputs)
  }
  function checkTokenOutput(): string {
    if (tokenOutput !== undefined) return tokenOutput
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      `${name} gives ${textOutput} only: without the tokens' vectors there is no other pooling, and no forward.`,
    )
  }

  return {
    device: session.device,
    parallelRuns: session.parallelRuns,
    async encode(batch) {
      const output = checkTokenOutput()
      return (await run(batch, [output]))[output] as LastHiddenState
    },
    async pool(batch, texts) {
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
      // The vectors of all tokens are some hundred kilobytes a batch.
      freeMemory(memoryOf(Object.values<Tensor>(results)))
      return vectors
    },
    dispose: () => session.dispose(),
  }
}

function asDtype(tensor: Tensor<'int32'>, dtype: 'int32' | 'int64'): Tensor {
  return dtype === 'int32'
    ? tensor
    : createTensor('int64', BigInt64Array.from(tensor.data, BigInt), tensor.shape)
}
