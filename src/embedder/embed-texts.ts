/** Embeds lists and streams of texts: encoded, cut into windows, run in the queue's batches, finished, in their order. */

import type { Queue } from '../batching/queue.js'
import type { Tokenizer } from '../text/tokenizer.js'
import type { Precision } from '../vectors/precision.js'
import { type Embedding, loadFinish, resolveEmbedOptions } from './embed-options.js'
import { embedStream } from './embed-stream.js'
import type { EmbedderSettings } from './embedder-settings.js'
import type { EmbedOptions, EmbedStreamOptions, TextStream } from './embedder-types.js'
import type { BatchText } from './encoder-session.js'
import { countPromptTokens } from './prompt-tokens.js'
import { createTokenStore } from './token-store.js'
import { createPacedEncoder } from './tokenize-texts.js'
import { createWindowMean, type WindowMean } from './window-mean.js'

interface TextContext {
  readonly queue: Queue<BatchText, Float32Array>
  readonly tokenizer: Tokenizer
  readonly settings: EmbedderSettings
}

type AnyEmbedOptions = EmbedOptions<Precision>
type AnyStreamOptions = EmbedStreamOptions<Precision>

/** What the model takes at once of a text that the list has once or more often. */
interface UniqueWindow {
  readonly item: BatchText
  /** Of all windows of the text: one, unless it is too long for one. */
  readonly mean: WindowMean
  /** Where the text stands in the list. */
  readonly places: readonly number[]
}

/** One vector for each text; equal texts are embedded once. */
export async function embedList(
  texts: readonly string[],
  options: AnyEmbedOptions,
  context: TextContext,
): Promise<Embedding[]> {
  const { encode, resolved } = prepare(options, context)
  const call = context.queue.open(options.signal)
  try {
    const windows = await encodeUnique(texts, encode)
    const finish = await loadFinish(resolved)
    // The longest first, so that a batch too large for memory shows at once.
    windows.sort((a, b) => b.item.tokens - a.item.tokens)
    const tokensTotal = windows.reduce((sum, { item, places }) => sum + item.tokens * places.length, 0)
    const vectors = new Array<Embedding>(texts.length)
    let textsDone = 0
    let tokensDone = 0
    await call.run(
      windows.map(({ item }) => item),
      (indices, results) => {
        for (const [position, index] of indices.entries()) {
          const { item, mean, places } = windows[index]!
          delete windows[index] // its tokens make room for its vector
          tokensDone += item.tokens * places.length
          const pooled = mean.add(results[position]!, pooledTokens(item))
          if (!pooled) continue
          const vector = finish(pooled)
          for (const [nth, place] of places.entries()) vectors[place] = nth === 0 ? vector : vector.slice()
          textsDone += places.length
        }
        options.onProgress?.({ type: 'embed', textsDone, textsTotal: texts.length, tokensDone, tokensTotal })
      },
    )
    return vectors
  } finally {
    call.end()
  }
}

/** The vectors of texts as they come. Wrong options are errors at once. */
export function embedTextStream(
  texts: TextStream,
  options: AnyStreamOptions,
  context: TextContext,
): AsyncGenerator<Embedding, void, undefined> {
  const { encode, resolved } = prepare(options, context)
  const call = context.queue.open(options.signal)
  return embedStream(texts, {
    ...options,
    async start(text, index) {
      const windows = await encode(text, index)
      const finish = await loadFinish(resolved)
      const mean = createWindowMean(windows.length)
      const vector = new Promise<Embedding>((resolve, reject) => {
        const done = call.run(windows, (indices, results) => {
          for (const [position, index] of indices.entries()) {
            const pooled = mean.add(results[position]!, pooledTokens(windows[index]!))
            if (pooled) resolve(finish(pooled))
          }
        })
        done.catch(reject)
      })
      return { vector, tokens: windows.reduce((sum, { tokens }) => sum + tokens, 0) }
    },
    end: () => call.end(),
  })
}

type EncodeText = (text: string, index: number) => Promise<readonly BatchText[]>

function prepare(options: AnyEmbedOptions | AnyStreamOptions, { tokenizer, settings }: TextContext) {
  const resolved = resolveEmbedOptions(options, settings)
  const { modes, prompt } = resolved
  const { maxLength, overflow, windowOverlap, signal } = options
  const context = { tokenizer, settings }
  const encodeWindows = createPacedEncoder({ maxLength, overflow, windowOverlap, signal, prompt }, context)
  const promptTokens = countPromptTokens(prompt, maxLength, context)
  const store = createTokenStore()
  const encode: EncodeText = async (text, index) => {
    const windows = await encodeWindows(text, index)
    return windows.map(({ ids, tokenTypeIds }) => ({
      ids: store(ids),
      tokenTypeIds: store(tokenTypeIds),
      tokens: ids.length,
      modes,
      promptTokens,
    }))
  }
  return { resolved, encode }
}

async function encodeUnique(texts: readonly string[], encode: EncodeText): Promise<UniqueWindow[]> {
  const placesOf = new Map<string, number[]>()
  const unique: UniqueWindow[] = []
  for (const [index, text] of texts.entries()) {
    const known = placesOf.get(text)
    if (known) known.push(index)
    else {
      const places = [index]
      placesOf.set(text, places)
      const windows = await encode(text, index)
      const mean = createWindowMean(windows.length)
      for (const item of windows) unique.push({ item, mean, places })
    }
  }
  return unique
}

/** What a window weighs: a prompt that is left out of the pooling is left out here too. */
function pooledTokens({ tokens, promptTokens }: BatchText): number {
  return Math.max(1, tokens - promptTokens)
}
