/** `createEmbedder` with the Web's defaults: onnxruntime-web, the Hub or a base URL. */

import { webBackend } from './backends/ort.web.js'
import type { Embedder } from './embedder/embedder.js'
import { loadEmbedder } from './loading/load-embedder.js'
import { defaultModel, type ModelOptions } from './model-options.js'
import { browserCache } from './sources/browser-cache.web.js'
import type { ModelSource } from './sources/model-source.js'

/**
 * Loads a model and keeps it until `dispose()`.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} see {@link ErrorCode}
 */
export async function createEmbedder(options: ModelOptions = {}): Promise<Embedder> {
  return loadEmbedder(await sourceOf(options), options.backend ?? webBackend(), options)
}

/** A page needs one kind of source: the other one is not loaded. */
async function sourceOf(options: ModelOptions): Promise<ModelSource> {
  const { model = defaultModel } = options
  if (typeof model !== 'string') return model
  // There is no Cache API in plain http, nor outside browsers: every visit downloads anew.
  const cache = options.cache ?? (globalThis.caches ? browserCache() : undefined)
  const settings = { ...options, cache: cache || undefined }
  if (!/^(?:https?:|\/|\.\.?\/)/.test(model)) {
    const { hubSource } = await import('./sources/hub.js')
    return hubSource(model, settings)
  }
  const { urlSource } = await import('./sources/url.js')
  return urlSource(new URL(model, globalThis.location?.href).href, settings)
}
