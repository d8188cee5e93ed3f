/** `embed()`: one call that loads a model once and keeps it. What it keeps is the library's only module state. */

import { checkOptions, type OptionCheck } from './checks/check-options.js'
import { embedOptions } from './embedder/call-options.js'
import type { Embedder, EmbedOptions, EmbedProgress } from './embedder/embedder-types.js'
import type { ModelOptions } from './model-options.js'
import type { DownloadProgress } from './sources/model-source.js'
import type { Precision, PrecisionMap } from './vectors/precision.js'

export interface EmbedCallOptions<P extends Precision = 'float32'>
  extends Omit<ModelOptions, 'onProgress'>,
    Omit<EmbedOptions<P>, 'onProgress'> {
  /** Called while the model is downloaded, by whoever asks first, and after every batch. */
  readonly onProgress?: ((progress: DownloadProgress | EmbedProgress) => void) | undefined
}

export interface SharedEmbedders {
  /**
   * Embeds with a model that is loaded at the first call and kept for the next ones with the same model options.
   *
   * One text gives one vector, a list gives a list in the same order.
   *
   * @throws what `createEmbedder` and `embedder.embed` throw
   * @example
   * const vector = await embed('In a village of La Mancha')
   */
  embed: {
    <P extends Precision = 'float32'>(text: string, options?: EmbedCallOptions<P>): Promise<PrecisionMap[P]>
    <P extends Precision = 'float32'>(
      texts: readonly string[],
      options?: EmbedCallOptions<P>,
    ): Promise<PrecisionMap[P][]>
    <P extends Precision = 'float32'>(
      texts: string | readonly string[],
      options?: EmbedCallOptions<P>,
    ): Promise<PrecisionMap[P] | PrecisionMap[P][]>
  }
  /** Lets go of every model that {@link embed} has loaded; the next call loads again. */
  disposeEmbedders(): Promise<void>
}

export function createSharedEmbedders(create: (options: ModelOptions) => Promise<Embedder>): SharedEmbedders {
  const embedders = new Map<string, Promise<Embedder>>()
  const identify = createIdentities()

  function load(options: EmbedCallOptions<Precision>): Promise<Embedder> {
    // Neither signal nor what a call may choose anew goes into a model that others will share.
    const ownOptions: ModelOptions = pick(options, modelOptions)
    const key = JSON.stringify(Object.values(ownOptions).map(identify))
    const kept = embedders.get(key)
    if (kept) return kept
    const { onProgress } = options
    const loading = create({ ...ownOptions, onProgress })
    embedders.set(key, loading)
    // So that the next call tries again; unless all were let go of meanwhile, and another has begun to load.
    loading.catch(() => embedders.get(key) === loading && embedders.delete(key))
    return loading
  }

  const embed = (async (texts: string | readonly string[], options: EmbedCallOptions<Precision> = {}) => {
    checkOptions<EmbedCallOptions<Precision>>('embed', options, { ...modelOptions, ...embedOptions })
    options.signal?.throwIfAborted()
    const embedder = await untilAborted(load(options), options.signal)
    return embedder.embed(texts, pick(options, embedOptions))
  }) as SharedEmbedders['embed']

  return {
    embed,
    async disposeEmbedders() {
      const kept = [...embedders.values()]
      embedders.clear()
      const loaded = await Promise.allSettled(kept)
      await Promise.all(loaded.map((result) => result.status === 'fulfilled' && result.value.dispose()))
    },
  }
}

/** `createEmbedder` checks the value. */
const checkedLater: OptionCheck = () => {}

/** The options that make another model; everything else is an option of each call. One that is left out does not compile. */
const modelOptions: Readonly<Record<Exclude<keyof ModelOptions, keyof EmbedOptions>, OptionCheck>> = {
  model: checkedLater,
  revision: checkedLater,
  token: checkedLater,
  endpoint: checkedLater,
  cacheDir: checkedLater,
  cache: checkedLater,
  offline: checkedLater,
  fetch: checkedLater,
  timeoutMs: checkedLater,
  maxRetries: checkedLater,
  retryDelayMs: checkedLater,
  backend: checkedLater,
  tokenizer: checkedLater,
  dtype: checkedLater,
  onnx: checkedLater,
  device: checkedLater,
  threads: checkedLater,
  sessions: checkedLater,
  maxBatchTokens: checkedLater,
}

function pick(options: object, checks: object): object {
  return Object.fromEntries(
    Object.keys(checks).map((name) => [name, (options as Record<string, unknown>)[name]]),
  )
}

/** Numbers objects and functions, so that equal keys mean the same ones; other values by their type, as null is not undefined. */
function createIdentities(): (value: unknown) => string {
  const numbers = new WeakMap<object, number>()
  let next = 0
  return (value) => {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
      return `${typeof value} ${String(value)}`
    const number = numbers.get(value) ?? next++
    numbers.set(value, number)
    return `reference ${number}`
  }
}

/** Waits for a model no longer than the caller wants to; the loading itself goes on for the others. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
