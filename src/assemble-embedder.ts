/** Puts a loaded model together: tokenize, wait for a batch, run, pool, normalise, restore the order. */

import type { BackendSession } from './backends/backend.js'
import { createCallsInFlight } from './batching/calls-in-flight.js'
import { createQueue } from './batching/queue.js'
import { resolveEmbedOptions } from './embed-options.js'
import { embedStream } from './embed-stream.js'
import type {
  Embedder,
  EmbedOptions,
  EmbedStreamOptions,
  ForwardOptions,
  ModelOutput,
  TextStream,
} from './embedder.js'
import { checkTruncateDim, type EmbedderSettings, promptOf } from './embedder-settings.js'
import { BertEmbedError } from './errors.js'
import { type BatchText, createBatchRunner, runModel } from './run-batch.js'
import type { PoolingMode } from './tensor/pooling.js'
import { createTensor, type Tensor } from './tensor/tensor.js'
import type { Encoding } from './text/encoding.js'
import { checkTexts } from './text/texts.js'
import type { Tokenizer } from './text/tokenizer.js'
import { createPacedEncoder, tokenizeTexts } from './tokenize-texts.js'

/** What an embedder is made of. */
export interface EmbedderParts {
  readonly model: string
  readonly session: BackendSession
  readonly tokenizer: Tokenizer
  readonly settings: EmbedderSettings
}

export function assembleEmbedder({ model, session, tokenizer, settings }: EmbedderParts): Embedder {
  const context = { tokenizer, settings }
  const queue = createQueue<BatchText, Float32Array>({
    maxBatchTokens: settings.maxBatchTokens,
    runBatch: createBatchRunner(session, tokenizer),
    isOutOfMemory: (error) => error instanceof BertEmbedError && error.code === 'OUT_OF_MEMORY',
  })
  const calls = createCallsInFlight()
  let disposal: Promise<void> | undefined

  const disposed = () => new BertEmbedError('DISPOSED', `The embedder of ${model} was disposed of.`)
  function checkAlive(): void {
    if (disposal) throw disposed()
  }

  async function embedAll(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> {
    checkAlive()
    const { modes, prompt, finish } = resolveEmbedOptions(options, settings)
    const call = queue.open(options.signal)
    try {
      const places = await encodeUnique(texts, prompt, options)
      const unique = [...places.keys()].sort((a, b) => b.ids.length - a.ids.length)
      const count = (encoding: Encoding) => encoding.ids.length * places.get(encoding)!.length
      const tokensTotal = unique.reduce((sum, encoding) => sum + count(encoding), 0)
      const vectors = new Array<Float32Array>(texts.length)
      let textsDone = 0
      let tokensDone = 0
      const items = unique.map((encoding) => toBatchText(encoding, modes))
      await call.run(items, (indices, results) => {
        for (const [position, index] of indices.entries()) {
          const vector = finish(results[position]!)
          const itsPlaces = places.get(unique[index]!)!
          for (const [nth, place] of itsPlaces.entries()) vectors[place] = nth === 0 ? vector : vector.slice()
          textsDone += itsPlaces.length
          tokensDone += count(unique[index]!)
        }
        options.onProgress?.({ type: 'embed', textsDone, textsTotal: texts.length, tokensDone, tokensTotal })
      })
      return vectors
    } finally {
      call.end()
    }
  }

  /** Where each encoding stands in the list: equal texts are embedded once. */
  async function encodeUnique(texts: readonly string[], prompt: string, options: EmbedOptions) {
    const encode = createPacedEncoder(options, context)
    const byText = new Map<string, number[]>()
    const places = new Map<Encoding, number[]>()
    for (const [index, text] of texts.entries()) {
      const known = byText.get(text)
      if (known) known.push(index)
      else {
        byText.set(text, [index])
        places.set(await encode(prompt + text, index), byText.get(text)!)
      }
    }
    return places
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
      checkAlive()
      options.signal?.throwIfAborted()
      data.set((await runModel(session, part)).data, start * rowSize)
    }
    return {
      ...tokenization,
      lastHiddenState: createTensor('float32', data, [batch, tokens, settings.hiddenSize]),
    }
  }

  function streamAll(texts: TextStream, options: EmbedStreamOptions): AsyncGenerator<Float32Array, void> {
    checkAlive()
    const { modes, prompt, finish } = resolveEmbedOptions(options, settings)
    const encode = createPacedEncoder(options, context)
    const call = queue.open(options.signal)
    return embedStream(texts, {
      ...options,
      async start(text, index) {
        const encoding = await encode(prompt + text, index)
        const vector = new Promise<Float32Array>((resolve, reject) => {
          const onResults = (_: unknown, [pooled]: readonly Float32Array[]) => resolve(finish(pooled!))
          call.run([toBatchText(encoding, modes)], onResults).catch(reject)
        })
        return { vector, tokens: encoding.ids.length }
      },
      end: () => call.end(),
    })
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
    embedStream: (texts, options = {}) => streamAll(texts, options),
    forward: (texts, options = {}) => calls.track(forwardAll(texts, options)),
    tokenize(texts, options = {}) {
      checkAlive()
      return tokenizeTexts(checkTexts(texts), options, context)
    },
    dispose,
    [asyncDispose]: dispose,
  }
}

function toBatchText({ ids, tokenTypeIds }: Encoding, modes: readonly PoolingMode[]): BatchText {
  return { ids, tokenTypeIds, tokens: ids.length, modes }
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
