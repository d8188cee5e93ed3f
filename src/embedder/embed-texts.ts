/**
 * The line from text to vector:
 * text -> tokens -> windows -> batches (in the shared queue) -> pooled vectors -> one vector per text.
 */

import type { Queue } from '../batching/queue.js'
import type { Precision } from '../vectors/precision.js'
import {
  type Embedding,
  loadPostprocess,
  type ResolvedEmbedOptions,
  resolveEmbedOptions,
} from './embed-options.js'
import { countPromptTokens } from './embedder-settings.js'
import type {
  EmbedOptions,
  EmbedProgress,
  EmbedStreamOptions,
  EmbedTokensOptions,
  TextStream,
} from './embedder-types.js'
import type { BatchText } from './sessions/encoder-session.js'
import { embedStream } from './stream/embed-stream.js'
import { createTokenStore, type TokenStore } from './token-store.js'
import { createWindowMean, type WindowMean } from './token-windows.js'
import {
  type Pace,
  resolveTokenizeRules,
  type TokenizeContext,
  type TokenizeRules,
  tokenizePaced,
} from './tokenize-texts.js'

interface TextContext extends TokenizeContext {
  readonly queue: Queue<BatchText, Float32Array>
}

type AnyEmbedOptions = EmbedOptions<Precision>
type AnyStreamOptions = EmbedStreamOptions<Precision>

/** One vector for each text. Equal texts are embedded once. */
export async function embedList(
  texts: readonly string[],
  options: AnyEmbedOptions,
  context: TextContext,
): Promise<Embedding[]> {
  const resolved = resolveEmbedOptions(options, context.settings)
  const steps = prepareWindows(options, resolved, context)
  const toWindows = () => toUniqueWindows(texts, steps)
  return embedWindows(toWindows, texts.length, { resolved, options, queue: context.queue })
}

/** One vector for each list of ids. The model sees exactly these ids. */
export async function embedIds(
  lists: readonly (Int32Array | readonly number[])[],
  options: EmbedTokensOptions<Precision>,
  { queue, tokenizer, settings }: TextContext,
): Promise<Embedding[]> {
  // A prompt belongs to a text, so ids have none.
  const resolved = resolveEmbedOptions({ ...options, prompt: '' }, settings)
  // Imported on demand: most applications embed texts.
  const { checkIdLists } = await import('../text/check-ids.js')
  const { vocabSize } = tokenizer
  const idLists = checkIdLists(lists, { vocabSize, maxLength: settings.maxLength })
  const toWindows = async () => idLists.map((ids, index) => toIdsWindow(ids, index, resolved.modes))
  return embedWindows(toWindows, lists.length, { resolved, options, queue })
}

interface EmbedCall {
  readonly resolved: ResolvedEmbedOptions
  readonly options: Pick<AnyEmbedOptions, 'signal' | 'onProgress'>
  readonly queue: TextContext['queue']
}

/** Runs windows, and returns one vector for each of `textsTotal` texts. */
async function embedWindows(
  toWindows: () => Promise<ListWindow[]>,
  textsTotal: number,
  { resolved, options: { signal, onProgress }, queue }: EmbedCall,
): Promise<Embedding[]> {
  const call = queue.open(signal)
  try {
    const windows = await toWindows()
    const postprocess = await loadPostprocess(resolved)
    // The longest first, so that a batch too large for memory fails at once.
    windows.sort((a, b) => b.tokens - a.tokens)
    const collector = createCollector(windows, { textsTotal, postprocess, onProgress })
    // `splice` leaves the queue the only owner of the windows: it frees their tokens as their vectors arrive.
    await call.run(windows.splice(0), collector.add)
    return collector.vectors
  } finally {
    call.end()
  }
}

/** The vectors of a stream of texts. Wrong options throw at once. */
export function embedTextStream(
  texts: TextStream,
  options: AnyStreamOptions,
  context: TextContext,
): AsyncGenerator<Embedding, void, undefined> {
  const resolved = resolveEmbedOptions(options, context.settings)
  const steps = prepareWindows(options, resolved, context)
  const call = context.queue.open(options.signal)
  return embedStream(texts, {
    ...options,
    async start(text, index) {
      const windows = await toWindows(text, index, steps)
      const postprocess = await loadPostprocess(resolved)
      const mean = createWindowMean(windows.length)
      const vector = new Promise<Embedding>((resolve, reject) => {
        const running = call.run(windows, (batch, results) => {
          for (const [row, window] of batch.entries()) {
            const pooled = mean.add(results[row]!, pooledTokens(window))
            if (pooled) resolve(postprocess(pooled))
          }
        })
        running.catch(reject)
      })
      return { vector, tokens: windows.reduce((sum, { tokens }) => sum + tokens, 0) }
    },
    end: () => call.end(),
  })
}

/** What the texts of one call share on their way to windows. */
interface WindowSteps {
  readonly rules: TokenizeRules
  readonly pace: Pace
  readonly store: TokenStore
  readonly modes: BatchText['modes']
  readonly promptTokens: number
}

/** @throws {ArgumentRangeError} `INVALID_OPTION` */
function prepareWindows(
  options: AnyEmbedOptions | AnyStreamOptions,
  { modes, prompt }: ResolvedEmbedOptions,
  context: TokenizeContext,
): WindowSteps {
  return {
    rules: resolveTokenizeRules({ ...options, prompt }, context),
    pace: { signal: options.signal, characters: 0 },
    store: createTokenStore(),
    modes,
    promptTokens: countPromptTokens(prompt, options.maxLength, context),
  }
}

/** The windows of one text: one, unless the text is too long for the model and `overflow` is `windows`. */
async function toWindows(text: string, index: number, steps: WindowSteps): Promise<BatchText[]> {
  const { rules, pace, store, modes, promptTokens } = steps
  const encodings = await tokenizePaced(text, index, rules, pace)
  return encodings.map(({ ids, tokenTypeIds }) => ({
    ids: store(ids),
    tokenTypeIds: store(tokenTypeIds),
    tokens: ids.length,
    modes,
    promptTokens,
  }))
}

/** A window of a text that occurs one or more times in a list. */
interface ListWindow extends BatchText {
  /** Shared by all windows of the text. */
  readonly mean: WindowMean
  /** Where the text occurs in the list. */
  readonly indices: readonly number[]
}

async function toUniqueWindows(texts: readonly string[], steps: WindowSteps): Promise<ListWindow[]> {
  const indicesOf = new Map<string, number[]>()
  const unique: ListWindow[] = []
  for (const [index, text] of texts.entries()) {
    const known = indicesOf.get(text)
    if (known) known.push(index)
    else {
      const indices = [index]
      indicesOf.set(text, indices)
      const windows = await toWindows(text, index, steps)
      const mean = createWindowMean(windows.length)
      for (const window of windows) unique.push({ ...window, mean, indices })
    }
  }
  return unique
}

function toIdsWindow(ids: Int32Array, index: number, modes: BatchText['modes']): ListWindow {
  const tokenTypeIds = new Int32Array(ids.length)
  const mean = createWindowMean(1)
  return { ids, tokenTypeIds, tokens: ids.length, modes, promptTokens: 0, mean, indices: [index] }
}

interface CollectorOptions {
  readonly textsTotal: number
  readonly postprocess: (pooled: Float32Array) => Embedding
  readonly onProgress: ((progress: EmbedProgress) => void) | undefined
}

/** Turns the pooled vectors of windows into `vectors`, one for each text of the list, and reports progress. */
function createCollector(
  windows: readonly ListWindow[],
  { textsTotal, postprocess, onProgress }: CollectorOptions,
) {
  const tokensTotal = windows.reduce((sum, { tokens, indices }) => sum + tokens * indices.length, 0)
  const vectors = new Array<Embedding>(textsTotal)
  let textsDone = 0
  let tokensDone = 0
  return {
    vectors,
    add(batch: readonly ListWindow[], results: readonly Float32Array[]): void {
      for (const [row, window] of batch.entries()) {
        const { indices, mean, tokens } = window
        tokensDone += tokens * indices.length
        const pooled = mean.add(results[row]!, pooledTokens(window))
        if (!pooled) continue // the text has more windows
        const vector = postprocess(pooled)
        for (const [nth, index] of indices.entries()) vectors[index] = nth === 0 ? vector : vector.slice()
        textsDone += indices.length
      }
      onProgress?.({ type: 'embed', textsDone, textsTotal, tokensDone, tokensTotal })
    },
  }
}

/** The weight of a window in the mean: a prompt that is excluded from pooling does not count here either. */
function pooledTokens({ tokens, promptTokens }: BatchText): number {
  return Math.max(1, tokens - promptTokens)
}
