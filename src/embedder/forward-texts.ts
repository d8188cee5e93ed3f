/** Computes the vectors of all tokens of some texts. */

import { createTensor, type Tensor } from '../tensor/tensor.js'
import type { Encoding } from '../text/encoding.js'
import type { ForwardOptions, ModelOutput, Tokenization } from './embedder-types.js'
import type { EncoderSession } from './sessions/encoder-session.js'
import {
  resolveTokenizeRules,
  type TokenizeContext,
  tokenizePaced,
  toTokenization,
} from './tokenize-texts.js'

interface ForwardContext extends TokenizeContext {
  readonly session: EncoderSession
  /** Throws if the embedder has been disposed of. */
  readonly checkAlive: () => void
}

/** Pads all rows to one length, as one call of the PyTorch model would, but runs them in batches. */
export async function forwardTexts(
  texts: readonly string[],
  options: ForwardOptions,
  context: ForwardContext,
): Promise<ModelOutput> {
  const { session, settings, checkAlive } = context
  const tokenization = await tokenizeTextsPaced(texts, options, context)
  const [batch, tokens] = tokenization.inputIds.shape as [number, number]
  const rowSize = tokens * settings.hiddenSize
  const data = new Float32Array(batch * rowSize)
  const rowsPerRun = Math.max(1, Math.floor(settings.maxBatchTokens / Math.max(1, tokens)))
  for (let start = 0; start < batch; start += rowsPerRun) {
    const end = Math.min(batch, start + rowsPerRun)
    const part = {
      inputIds: sliceRows(tokenization.inputIds, start, end),
      attentionMask: sliceRows(tokenization.attentionMask, start, end),
      tokenTypeIds: sliceRows(tokenization.tokenTypeIds, start, end),
    }
    checkAlive()
    options.signal?.throwIfAborted()
    data.set((await session.hiddenStates(part)).data, start * rowSize)
  }
  return {
    ...tokenization,
    lastHiddenState: createTensor('float32', data, [batch, tokens, settings.hiddenSize]),
  }
}

/** Returns the same as `tokenizeTexts`, yielding to the event loop in between. */
export async function tokenizeTextsPaced(
  texts: readonly string[],
  options: ForwardOptions,
  context: TokenizeContext,
): Promise<Tokenization> {
  const rules = resolveTokenizeRules({ ...options, countsAll: true }, context)
  const pace = { signal: options.signal, characters: 0 }
  const encodings: (readonly Encoding[])[] = []
  for (const [index, text] of texts.entries()) encodings.push(await tokenizePaced(text, index, rules, pace))
  return toTokenization(encodings, options, context)
}

function sliceRows(tensor: Tensor<'int32'>, start: number, end: number): Tensor<'int32'> {
  const width = tensor.shape[1]!
  return createTensor('int32', tensor.data.subarray(start * width, end * width), [end - start, width])
}
