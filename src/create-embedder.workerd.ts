/**
 * `createEmbedder` and `embed` with the defaults of Cloudflare Workers: those of the Web, with kernels that were compiled
 * at deployment, because Workers compile no WebAssembly at runtime.
 */

import { openEngineBackend } from './backends/engine/engine.web.js'
import { createEmbedder as createWebEmbedder } from './create-embedder.web.js'
import { createSharedEmbedders, type EmbedFunction } from './embed.js'
import type { Embedder } from './embedder/embedder-types.js'
import kernels from './engine.wasm'
import type { ModelOptions } from './model-options.js'

/**
 * Loads a model. It stays in memory until `dispose()`.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} see {@link ErrorCode}
 * @example
 * const embedder = await createEmbedder({ model: 'sentence-transformers/paraphrase-MiniLM-L3-v2' })
 * const vector = await embedder.embed('In a village of La Mancha')
 */
export async function createEmbedder(options: ModelOptions = {}): Promise<Embedder> {
  const { backend = openEngineBackend({ module: kernels }) } = options
  return createWebEmbedder({ ...options, backend })
}

const shared = /* @__PURE__ */ createSharedEmbedders(createEmbedder)

// Bundlers drop an unused call that is marked as pure. They keep an unused `shared.embed`.
/** Embeds with a model that is loaded by the first call and kept for later calls with the same model options. */
export const embed: EmbedFunction = /* @__PURE__ */ (() => shared.embed)()

/** Disposes every model that {@link embed} has loaded. The next call loads its model again. */
export function disposeEmbedders(): Promise<void> {
  return shared.dispose()
}
