/** Puts a loaded model together: tokenize, plan batches, run, pool, normalise, restore the order. */

import type { BackendSession } from './backends/backend.js'
import { createCallsInFlight } from './batching/calls-in-flight.js'
import { planBatches } from './batching/plan.js'
import type { Embedder, EmbedOptions, ForwardOptions, ModelOutput } from './embedder.js'
import { checkNormalize, checkTruncateDim, type EmbedderSettings, promptOf } from './embedder-settings.js'
import { BertEmbedError } from './errors.js'
import { bertInputs, bertOutput } from './model/onnx/bert-graph.js'
import { l2Normalize } from './tensor/l2-normalize.js'
import { pool, toPoolingModes } from './tensor/pooling.js'
import { createTensor, type LastHiddenState, type Tensor } from './tensor/tensor.js'
import { type PaddedBatch, padEncodings } from './text/pad.js'
import { checkTexts } from './text/texts.js'
import type { Tokenizer } from './text/tokenizer.js'
import { encodeTextsInTasks, tokenizeTexts } from './tokenize-texts.js'

/** What an embedder is made of. */
export interface EmbedderParts {
  readonly model: string
  readonly session: BackendSession
  readonly tokenizer: Tokenizer
  readonly settings: EmbedderSettings
}

export function assembleEmbedder({ model, session, tokenizer, settings }: EmbedderParts): Embedder {
  const context = { tokenizer, settings }
  // Whatever side the tokenizer pads on: padding on the left would move a text's positions by what stands beside it.
  const rightPadding = { padToken: tokenizer.padToken, paddingSide: 'right' } as const
  const calls = createCallsInFlight()
  let disposal: Promise<void> | undefined

  function checkAlive(): void {
    if (disposal) throw new BertEmbedError('DISPOSED', `The embedder of ${model} was disposed of.`)
  }

  async function run(batch: PaddedBatch, signal: AbortSignal | undefined): Promise<LastHiddenState> {
    checkAlive()
    signal?.throwIfAborted()
    const [inputIds, attentionMask, tokenTypeIds] = bertInputs
    const feeds = {
      [inputIds]: batch.inputIds,
      [attentionMask]: batch.attentionMask,
      [tokenTypeIds]: batch.tokenTypeIds,
    }
    const { [bertOutput]: lastHiddenState } = await session.run(feeds, [bertOutput])
    return lastHiddenState as LastHiddenState
  }

  async function embedAll(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> {
    checkAlive()
    const normalize = checkNormalize(options.normalize) ?? settings.normalize
    const modes = options.pooling === undefined ? settings.pooling : toPoolingModes(options.pooling)
    const truncateDim = checkTruncateDim(
      options.truncateDim ?? settings.truncateDim,
      settings.hiddenSize * modes.length,
    )
    const prompt = promptOf(settings, options)

    const prompted = texts.map((text) => prompt + text)
    const encodings = await encodeTextsInTasks(prompted, options, context)
    const tokenCounts = encodings.map(({ ids }) => ids.length)
    const tokensTotal = tokenCounts.reduce((sum, count) => sum + count, 0)
    const vectors = new Array<Float32Array>(texts.length)
    let textsDone = 0
    let tokensDone = 0
    for (const indices of planBatches(tokenCounts, settings)) {
      const batch = padEncodings(
        indices.map((index) => encodings[index]!),
        rightPadding,
      )
      const lastHiddenState = await run(batch, options.signal)
      const pooled = pool(lastHiddenState, batch.attentionMask, {
        pooling: modes,
        normalize: normalize ?? settings.endsNormalized,
      })
      const width = pooled.shape[1]!
      indices.forEach((index, row) => {
        const vector = pooled.data.slice(row * width, row * width + truncateDim)
        vectors[index] = normalize && truncateDim < width ? l2Normalize(vector) : vector
        tokensDone += tokenCounts[index]!
      })
      textsDone += indices.length
      options.onProgress?.({ type: 'embed', textsDone, textsTotal: texts.length, tokensDone, tokensTotal })
    }
    return vectors
  }

  function embed(text: string, options?: EmbedOptions): Promise<Float32Array>
  function embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>
  function embed(
    texts: string | readonly string[],
    options?: EmbedOptions,
  ): Promise<Float32Array | Float32Array[]>
  async function embed(texts: string | readonly string[], options: EmbedOptions = {}) {
    const vectors = await calls.track(embedAll(checkTexts(texts), options))
    return typeof texts === 'string' ? vectors[0]! : vectors
  }

  /** All rows padded to one length, as one call of the PyTorch model has them, but run in batches. */
  async function forwardAll(
    texts: string | readonly string[],
    options: ForwardOptions,
  ): Promise<ModelOutput> {
    checkAlive()
    const tokenization = tokenizeTexts(checkTexts(texts), options, context)
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
      data.set((await run(part, options.signal)).data, start * rowSize)
    }
    return {
      ...tokenization,
      lastHiddenState: createTensor('float32', data, [batch, tokens, settings.hiddenSize]),
    }
  }

  function dispose(): Promise<void> {
    disposal ??= calls.settled().then(() => session.dispose())
    return disposal
  }

  return {
    model,
    device: session.device,
    dimension: checkTruncateDim(settings.truncateDim, settings.hiddenSize * settings.pooling.length),
    maxLength: settings.maxLength,
    pooling: settings.pooling,
    normalize: settings.normalize ?? settings.endsNormalized,
    prompts: settings.prompts,
    tokenizer,
    embed,
    embedQuery: async (text, options = {}) =>
      embed(text, { ...options, prompt: promptOf(settings, options, queryPrompts) }),
    embedDocuments: async (texts, options = {}) =>
      embed(texts, { ...options, prompt: promptOf(settings, options, documentPrompts) }),
    forward: (texts, options = {}) => calls.track(forwardAll(texts, options)),
    tokenize(texts, options = {}) {
      checkAlive()
      return tokenizeTexts(checkTexts(texts), options, context)
    },
    dispose,
    [asyncDispose]: dispose,
  }
}

/** The names under which models keep the two prompts, the first that there is counts. */
const queryPrompts = ['query']
const documentPrompts = ['document', 'passage', 'corpus']

/** Browsers without `Symbol.asyncDispose` get a symbol that nobody looks for. */
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol('asyncDispose')

function sliceRows(tensor: Tensor<'int32'>, start: number, end: number): Tensor<'int32'> {
  const width = tensor.shape[1]!
  return createTensor('int32', tensor.data.subarray(start * width, end * width), [end - start, width])
}
