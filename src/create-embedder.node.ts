/**
 * `createEmbedder` and `embed` with Node's defaults: onnxruntime-node or the engine, and the sources of
 * `model-source-of.node.ts`.
 */

import type { Backend } from './backends/backend.js'
import { openEngineBackend } from './backends/engine/engine.node.js'
import { ortVersion } from './backends/ort/import-ort.node.js'
import { nodeBackend } from './backends/ort/ort.node.js'
import { warnOnce } from './backends/warn-once.node.js'
import { checkModelOptions } from './check-model-options.js'
import { createSharedEmbedders, type EmbedFunction } from './embed.js'
import type { Embedder } from './embedder/embedder-types.js'
import { BertEmbedError } from './errors.js'
import { openEmbedder } from './loading/open-embedder.js'
import type { ModelOptions } from './model-options.js'
import { modelSourceOf } from './model-source-of.node.js'

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
  checkModelOptions(options)
  const source = modelSourceOf(options)
  if (options.backend) return openEmbedder(source, options.backend, options)
  const isInstalled = ortVersion() !== undefined
  try {
    return await openEmbedder(source, defaultBackend({ isEngine: !isInstalled }), options)
  } catch (error) {
    if (!isInstalled || !(error instanceof BertEmbedError) || error.code !== 'MISSING_PEER') throw error
    const embedder = await openEmbedder(source, defaultBackend({ isEngine: true }), options)
    warnOnce(
      'BERT_EMBED_ENGINE',
      `bert-embed runs its models on WebAssembly, because onnxruntime-node cannot be used. ${error.message}`,
    )
    return embedder
  }
}

/** @param isEngine Whether the engine runs models on the CPU. ONNX files and other devices need onnxruntime-node. */
function defaultBackend({ isEngine }: { readonly isEngine: boolean }): Backend {
  const [engine, ort] = [openEngineBackend(), nodeBackend()]
  const takesPlans = (device = 'cpu') => device === 'wasm' || (isEngine && device === 'cpu')
  return {
    ...ort,
    batchTokens: (options) => (takesPlans(options.device) ? engine : ort).batchTokens?.(options),
    takesPlans: ({ device }) => takesPlans(device),
    createPlanSession: (model, { threads } = {}) => engine.createPlanSession(model, { threads }),
  }
}

const shared = /* @__PURE__ */ createSharedEmbedders(createEmbedder)

// Bundlers drop an unused call that is marked as pure. They keep an unused `shared.embed`.
/** Embeds with a model that is loaded by the first call and kept for later calls with the same model options. */
export const embed: EmbedFunction = /* @__PURE__ */ (() => shared.embed)()

/** Disposes every model that {@link embed} has loaded. The next call loads its model again. */
export function disposeEmbedders(): Promise<void> {
  return shared.dispose()
}
