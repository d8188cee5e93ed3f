/**
 * `embed()`: one function that loads each model once and keeps it. The loaded models are the library's only module
 * state.
 */

import { untilAborted } from './async/until-aborted.js'
import { checkOptions, type OptionCheck } from './checks/check-options.js'
import { embedOptions } from './embedder/call-options.js'
import type { Embedder, EmbedOptions, EmbedProgress } from './embedder/embedder-types.js'
import type { ModelOptions } from './model-options.js'
import type { DownloadProgress } from './sources/model-source.js'
import type { Precision, PrecisionMap } from './vectors/precision.js'

/** The options of `embed`: the options of `createEmbedder` and of `embedder.embed`. */
export interface EmbedCallOptions<P extends Precision = 'float32'>
  extends Omit<ModelOptions, 'onProgress'>,
    Omit<EmbedOptions<P>, 'onProgress'> {
  /** Called while the model is downloaded, if this call is the first to load it, and after every batch. */
  readonly onProgress?: ((progress: DownloadProgress | EmbedProgress) => void) | undefined
}

/** The type of `embed`. */
export interface EmbedFunction {
  /**
   * Embeds with a model that is loaded by the first call and kept for later calls with the same model options.
   *
   * One text returns one vector. A list returns a list in the same order.
   *
   * @throws the errors of `createEmbedder` and `embedder.embed`
   * @example
   * const vector = await embed('In a village of La Mancha')
   */
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

/** The models that `embed` has loaded, by their options. */
interface SharedEmbedders {
  embed: EmbedFunction
  /** Disposes every loaded model. The next call loads its model again. */
  dispose(): Promise<void>
}

export function createSharedEmbedders(create: (options: ModelOptions) => Promise<Embedder>): SharedEmbedders {
  const embedders = new Map<string, Promise<Embedder>>()
  const identify = createIdentities()

  function load(options: EmbedCallOptions<Precision>): Promise<Embedder> {
    // Other calls share the model, so it is loaded without `signal` and without the options of a single call.
    const ownOptions: ModelOptions = pick(options, modelOptions)
    const key = JSON.stringify(Object.values(ownOptions).map(identify))
    const kept = embedders.get(key)
    if (kept) return kept
    const { onProgress } = options
    const loading = create({ ...ownOptions, onProgress })
    embedders.set(key, loading)
    // Forget a failed load, so that the next call retries. After `dispose` the key may belong to another load.
    loading.catch(() => embedders.get(key) === loading && embedders.delete(key))
    return loading
  }

  const embed = (async (texts: string | readonly string[], options: EmbedCallOptions<Precision> = {}) => {
    checkOptions<EmbedCallOptions<Precision>>('embed', options, { ...modelOptions, ...embedOptions })
    options.signal?.throwIfAborted()
    const embedder = await untilAborted(load(options), options.signal)
    return embedder.embed(texts, pick(options, embedOptions))
  }) as EmbedFunction

  return {
    embed,
    async dispose() {
      const kept = [...embedders.values()]
      embedders.clear()
      const loaded = await Promise.allSettled(kept)
      await Promise.all(loaded.map((result) => result.status === 'fulfilled' && result.value.dispose()))
    },
  }
}

/** `createEmbedder` checks the value. */
const checkedLater: OptionCheck = () => {}

/** The options that select another model; all others are options of a single call. A missing one does not compile. */
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

/**
 * Numbers objects and functions, so that equal keys mean identical objects. Other values are marked with their type,
 * so that null is not undefined.
 */
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
