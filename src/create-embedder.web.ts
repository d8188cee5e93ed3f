/** `createEmbedder` with the Web's defaults: onnxruntime-web, the Hub or a base URL. */

import { webBackend } from './backends/ort.web.js'
import type { Embedder } from './embedder.js'
import { loadEmbedder } from './load-embedder.js'
import { defaultModel, type ModelOptions } from './model-options.js'
import { urlSource } from './sources/http.js'
import { hubSource } from './sources/hub.js'
import type { ModelSource } from './sources/model-source.js'

/**
 * Loads a model and keeps it until `dispose()`.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} see {@link ErrorCode}
 */
export async function createEmbedder(options: ModelOptions = {}): Promise<Embedder> {
  return loadEmbedder(sourceOf(options), options.backend ?? webBackend(), options)
}

function sourceOf({ model = defaultModel, ...options }: ModelOptions): ModelSource {
  if (typeof model !== 'string') return model
  return /^https?:\/\//.test(model) ? urlSource(model, options) : hubSource(model, options)
}
