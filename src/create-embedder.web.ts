/** `createEmbedder` with the Web's defaults: onnxruntime-web, the Hub or a base URL. */

import { webBackend } from './backends/ort.web.js'
import type { Embedder } from './embedder/embedder.js'
import { loadEmbedder } from './loading/load-embedder.js'
import { defaultModel, type ModelOptions } from './model-options.js'
import { browserCache } from './sources/browser-cache.web.js'
import { hubSource } from './sources/hub.js'
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

/** Files of one's own are asked for in a way of their own, which most pages do without. */
async function sourceOf(options: ModelOptions): Promise<ModelSource> {
  const { model = defaultModel } = options
  if (typeof model !== 'string') return model
  // There is no Cache API in plain http, nor outside browsers: every visit downloads anew.
  const cache = options.cache ?? (globalThis.caches ? browserCache() : undefined)
  const settings = { ...options, cache: cache || undefined }
  if (!/^(?:https?:|\/|\.\.?\/)/.test(model)) return hubSource(model, settings)
  const { urlSource } = await import('./sources/url.js')
  return urlSource(new URL(model, globalThis.location?.href).href, settings)
}
