/** The embedder of a loaded model: its calls share one queue of batches, and end with it. */

import { createCallsInFlight } from '../async/calls-in-flight.js'
import { createQueue } from '../batching/queue.js'
import { checkOptions } from '../checks/check-options.js'
import { BertEmbedError } from '../errors.js'
import type { Dtype } from '../model/dtypes.js'
import { checkTexts } from '../text/check-texts.js'
import { padEncodings } from '../text/pad.js'
import type { Tokenizer } from '../text/tokenizer.js'
import type { Precision } from '../vectors/precision.js'
import { similarityMatrix } from '../vectors/similarity-matrix.js'
import { keptValues } from '../vectors/truncate.js'
import { embedOptions, embedTokensOptions, forwardOptions, tokenizeOptions } from './call-options.js'
import { embedIds, embedList, embedTextStream } from './embed-texts.js'
import { dimensionOf, type EmbedderSettings, promptOf } from './embedder-settings.js'
import type { Embedder, EmbedOptions, EmbedTexts, ForwardOptions, ModelOutput } from './embedder-types.js'
import { promptNames } from './prompt-names.js'
import type { BatchText, EncoderSession } from './sessions/encoder-session.js'
import { tokenizeTexts } from './tokenize-texts.js'

export interface EmbedderParts {
  readonly model: string
  /** Name of the backend. */
  readonly backend: string
  readonly dtype: Dtype | undefined
  readonly session: EncoderSession
  readonly tokenizer: Tokenizer
  readonly settings: EmbedderSettings
}

export function assembleEmbedder(parts: EmbedderParts): Embedder {
  const { model, backend, session, tokenizer, settings } = parts
  const queue = createQueue<BatchText, Float32Array>({
    maxBatchTokens: settings.maxBatchTokens,
    tokensPerText: settings.tokensPerText,
    parallelRuns: session.parallelRuns,
    runBatch,
    isOutOfMemory: (error) => error instanceof BertEmbedError && error.code === 'OUT_OF_MEMORY',
  })
  const context = { queue, tokenizer, settings }
  const calls = createCallsInFlight()
  let disposal: Promise<void> | undefined

  const disposed = () => new BertEmbedError('DISPOSED', `The embedder of ${model} was disposed of.`)
  function checkAlive(): void {
    if (disposal) throw disposed()
  }

  async function runBatch(texts: readonly BatchText[]): Promise<Float32Array[]> {
    // On the right, even if the tokenizer pads on the left: there, padding would shift a text's absolute positions.
    const { padToken } = tokenizer
    // At least one token: no model takes an empty batch, as of empty texts without special tokens.
    const length = texts.reduce((max, { ids }) => Math.max(max, ids.length), 1)
    const batch = padEncodings(texts, { padToken, paddingSide: 'right', length })
    const pooled = await session.embed(batch, texts)
    return settings.head ? settings.head.apply(pooled) : pooled
  }

  async function embedAll(texts: string | readonly string[], options: EmbedOptions<Precision>) {
    checkAlive()
    const vectors = await calls.track(embedList(checkTexts(texts), options, context))
    return typeof texts === 'string' ? vectors[0]! : vectors
  }
  const embed = (async (texts: string | readonly string[], options: EmbedOptions<Precision> = {}) => {
    checkOptions('embed', options, embedOptions)
    return embedAll(texts, options)
  }) as EmbedTexts
  /** Returns a method that embeds with the first of the named prompts that the model has. */
  function embedPrompted(caller: string, names: readonly string[]) {
    return (async (texts: string | readonly string[], options: EmbedOptions<Precision> = {}) => {
      checkOptions(caller, options, embedOptions)
      return embedAll(texts, { ...options, prompt: promptOf(settings, options, names) })
    }) as EmbedTexts
  }

  const embedTokens = (async (lists, options = {}) => {
    checkAlive()
    checkOptions('embedTokens', options, embedTokensOptions)
    return calls.track(embedIds(lists, options, context))
  }) as Embedder['embedTokens']

  const embedStream = ((texts, options = {}) => {
    checkAlive()
    checkOptions('embedStream', options, embedOptions)
    return embedTextStream(texts, options, context)
  }) as Embedder['embedStream']

  async function forwardAll(
    texts: string | readonly string[],
    options: ForwardOptions,
  ): Promise<ModelOutput> {
    checkAlive()
    checkOptions('forward', options, forwardOptions)
    // Imported on demand: most applications need vectors of texts, not of tokens.
    const { forwardTexts } = await import('./forward-texts.js')
    return forwardTexts(checkTexts(texts), options, { session, tokenizer, settings, checkAlive })
  }

  async function disposeAll(): Promise<void> {
    await Promise.all([queue.close(disposed()), calls.settled()])
    await session.dispose()
  }
  function dispose(): Promise<void> {
    disposal ??= disposeAll()
    return disposal
  }

  return {
    model,
    backend,
    device: session.device,
    dtype: parts.dtype,
    dimension: keptValues(settings.truncateDim, dimensionOf(settings.pooling, settings)),
    maxLength: settings.maxLength,
    pooling: settings.pooling,
    normalize: settings.normalize ?? settings.endsNormalized,
    prompts: settings.prompts,
    similarityFunction: settings.similarityFunction,
    tokenizer,
    embed,
    embedQuery: embedPrompted('embedQuery', promptNames.query),
    embedDocuments: embedPrompted('embedDocuments', promptNames.document),
    embedTokens,
    embedStream,
    similarity: (a, b) => similarityMatrix(a, b, { metric: settings.similarityFunction }),
    forward: (texts, options = {}) => calls.track(forwardAll(texts, options)),
    tokenize(texts, options = {}) {
      checkAlive()
      checkOptions('tokenize', options, tokenizeOptions)
      return tokenizeTexts(checkTexts(texts), options, context)
    },
    dispose,
    [asyncDispose]: dispose,
  }
}

/** The fallback for browsers without `Symbol.asyncDispose` is an unused symbol. */
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol('asyncDispose')
