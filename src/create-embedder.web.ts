/** `createEmbedder` with the Web's defaults: onnxruntime-web, the Hub or a base URL. */

import { openWebBackend } from './backends/ort/ort.web.js'
import type { Embedder } from './embedder/embedder.js'
import { openEmbedder } from './loading/open-embedder.js'
import { defaultModel, type ModelOptions } from './model-options.js'
import { openBrowserCache } from './sources/cache/open-browser-cache.web.js'
import { openHub } from './sources/hub/open-hub.js'
import type { ModelSource } from './sources/model-source.js'

/**
 * Loads a model and keeps it until `dispose()`.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} see {@link ErrorCode}
 */
export async function createEmbedder(options: ModelOptions = {}): Promise<Embedder> {
  const { checkModelOptions } = await import('./check-model-options.js')
  checkModelOptions(options)
  return openEmbedder(await sourceOf(options), options.backend ?? openWebBackend(), options)
}

/** Files of one's own are asked for in a way of their own, which most pages do without. */
async function sourceOf(options: ModelOptions): Promise<ModelSource> {
  const { model = defaultModel } = options
  if (typeof model !== 'string') return model
  // There is no Cache API in plain http, nor outside browsers: every visit downloads anew.
  const cache = options.cache ?? (globalThis.caches ? openBrowserCache() : undefined)
  const settings = { ...options, cache }
  if (!/^(?:https?:|\.{0,2}\/)/i.test(model)) return openHub(model, settings)
  const { openUrl } = await import('./sources/url.js')
  const base = globalThis.location?.href
  return openUrl(URL.canParse(model, base) ? new URL(model, base).href : model, settings)
}
