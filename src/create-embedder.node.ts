/**
 * `createEmbedder` and `embed` with Node's defaults: onnxruntime-node or the engine, local directories, the Hugging Face cache and
 * the environment variables of huggingface_hub.
 */

import { statSync } from 'node:fs'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Backend } from './backends/backend.js'
import { openEngineBackend } from './backends/engine/engine.node.js'
import { ortVersion } from './backends/ort/import-ort.node.js'
import { nodeBackend } from './backends/ort/ort.node.js'
import { warnOnce } from './backends/warn-once.node.js'
import { checkModelOptions } from './check-model-options.js'
import { wrongKind } from './checks/check-options.js'
import { createSharedEmbedders, type EmbedFunction } from './embed.js'
import type { Embedder } from './embedder/embedder-types.js'
import { ArgumentRangeError, BertEmbedError, describe } from './errors.js'
import { openEmbedder } from './loading/open-embedder.js'
import { defaultModel, type ModelOptions } from './model-options.js'
import { fileCache } from './sources/cache/file-cache.node.js'
import type { ModelCache } from './sources/cache/model-cache.js'
import { directorySource } from './sources/directory.node.js'
import {
  environmentCacheDir,
  environmentEndpoint,
  environmentSymlinks,
  environmentTimeoutMs,
  environmentToken,
  isEnvironmentOffline,
} from './sources/hub/hub-environment.node.js'
import { isHubName, openHub } from './sources/hub/open-hub.js'
import type { ModelSource } from './sources/model-source.js'
import { openUrl } from './sources/open-url.js'

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
  const source = sourceOf(options)
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

function sourceOf(options: ModelOptions): ModelSource {
  const { model = defaultModel } = options
  if (typeof model !== 'string') return model
  if (/^https?:\/\//i.test(model)) return openUrl(model, downloadOptions(options))
  // fp32 weights are read from the directory itself, so the cache directory is not looked up: Deno forbids that without
  // --allow-sys.
  const directoryOptions = { cache: (options.dtype ?? 'fp32') === 'fp32' ? undefined : cacheOf(options) }
  // A drive letter is not a scheme. The message shows only the scheme, because the URL may be signed.
  const [scheme] = /^\s*[a-z][a-z0-9+.-]+:(?=\/\/)|^\s*https?:/i.exec(model) ?? []
  if (scheme && scheme !== 'file:')
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `model begins with ${describe(scheme)}: as a URL it begins with "https://", "http://" or "file:".`,
    )
  if (model.startsWith('file:')) return directorySource(pathOf(model), directoryOptions)
  if (isDirectory(model) || !isHubName(model)) return directorySource(model, directoryOptions)
  return openHub(model, {
    ...downloadOptions(options),
    token: options.token ?? environmentToken(env),
    endpoint: options.endpoint ?? environmentEndpoint(env),
  })
}

/** Adds the environment's settings for all downloads. Its token is only for the Hub. */
function downloadOptions(options: ModelOptions) {
  return {
    ...options,
    offline: options.offline ?? isEnvironmentOffline(env),
    timeoutMs: options.timeoutMs ?? environmentTimeoutMs(env),
    cache: cacheOf(options),
  }
}

function cacheOf({ cache, cacheDir }: ModelOptions): ModelCache | false {
  return cache ?? fileCache(cacheDir ?? environmentCacheDir(env), { symlinks: environmentSymlinks(env) })
}

/** @throws {ArgumentTypeError} `INVALID_OPTION` for a URL with a host, or with an encoded slash. */
function pathOf(fileUrl: string): string {
  try {
    return fileURLToPath(fileUrl)
  } catch {
    throw wrongKind('model', fileUrl, 'the URL of a directory')
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
