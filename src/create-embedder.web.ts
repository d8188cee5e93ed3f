/** `createEmbedder` and `embed` with the Web's defaults: the engine, models of the Hub or below a base URL. */

import type { Backend } from './backends/backend.js'
import { openEngineBackend } from './backends/engine/engine.web.js'
import { createSharedEmbedders, type EmbedFunction } from './embed.js'
import type { Embedder } from './embedder/embedder-types.js'
import { openEmbedder } from './loading/open-embedder.js'
import { defaultModel, type ModelOptions } from './model-options.js'
import { openBrowserCache } from './sources/cache/open-browser-cache.web.js'
import { openHub } from './sources/hub/open-hub.js'
import type { ModelSource } from './sources/model-source.js'

/**
 * Loads a model. It stays in memory until `dispose()`.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} see {@link ErrorCode}
 * @example
 * const embedder = await createEmbedder({ model: 'google-bert/bert-base-cased' })
 * const vector = await embedder.embed('In a village of La Mancha')
 */
export async function createEmbedder(options: ModelOptions = {}): Promise<Embedder> {
  const { checkModelOptions } = await import('./check-model-options.js')
  checkModelOptions(options)
  return openEmbedder(await sourceOf(options), options.backend ?? defaultBackend(), options)
}

const shared = /* @__PURE__ */ createSharedEmbedders(createEmbedder)

// Bundlers drop an unused call that is marked as pure. They keep an unused `shared.embed`.
/** Embeds with a model that is loaded by the first call and kept for later calls with the same model options. */
export const embed: EmbedFunction = /* @__PURE__ */ (() => shared.embed)()

/** Disposes every model that {@link embed} has loaded. The next call loads its model again. */
export function disposeEmbedders(): Promise<void> {
  return shared.dispose()
}

/** The engine. ONNX files and other devices run on onnxruntime-web, which is imported on demand. */
function defaultBackend(): Backend {
  const engine = openEngineBackend()
  const isEngine = (device = 'wasm') => device === 'wasm'
  return {
    ...engine,
    batchTokens: ({ device }) => (isEngine(device) ? engine.batchTokens({}) : undefined),
    takesPlans: ({ device }) => isEngine(device),
    async createSession(model, options) {
      const { openWebBackend } = await import('./backends/ort/ort.web.js')
      return openWebBackend().createSession(model, options)
    },
  }
}

/** `openUrl` is imported on demand: most pages load a model of the Hub. */
async function sourceOf(options: ModelOptions): Promise<ModelSource> {
  const { model = defaultModel } = options
  if (typeof model !== 'string') return model
  // Pages on plain http, and most runtimes that are not browsers, have no Cache API: every visit downloads again.
  const cache = options.cache ?? (globalThis.caches ? openBrowserCache() : undefined)
  const settings = { ...options, cache }
  if (!/^(?:https?:|\.{0,2}\/)/i.test(model)) return openHub(model, settings)
  const { openUrl } = await import('./sources/open-url.js')
  const base = globalThis.location?.href
  return openUrl(URL.canParse(model, base) ? new URL(model, base).href : model, settings)
}
