/** `createEmbedder` with Node's defaults: onnxruntime-node, local directories, the Hugging Face cache, its variables. */

import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import { nodeBackend } from './backends/ort.node.js'
import type { Embedder } from './embedder.js'
import { loadEmbedder } from './load-embedder.js'
import { defaultModel, type ModelOptions } from './model-options.js'
import { directorySource } from './sources/directory.node.js'
import { fileCache } from './sources/file-cache.node.js'
import { hubSource, isHubName } from './sources/hub.js'
import type { ModelSource } from './sources/model-source.js'
import { urlSource } from './sources/url.js'

/**
 * Loads a model and keeps it until `dispose()`.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} see {@link ErrorCode}
 * @example
 * const embedder = await createEmbedder({ model: 'google-bert/bert-base-cased' })
 * const vector = await embedder.embed('In a village of La Mancha')
 */
export async function createEmbedder(options: ModelOptions = {}): Promise<Embedder> {
  return loadEmbedder(sourceOf(options), options.backend ?? nodeBackend(), options)
}

function sourceOf(options: ModelOptions): ModelSource {
  const { model = defaultModel, token = env.HF_TOKEN, fetch } = options
  if (typeof model !== 'string') return model
  if (/^https?:\/\//.test(model)) return urlSource(model, { ...options, cache: options.cache || undefined })
  const cacheOf = () => (options.cache ?? fileCache(options.cacheDir ?? defaultCacheDir())) || undefined
  // A directory's published weights need no cache, whose place not every process may ask for (Deno without --allow-sys).
  const ofDirectory = { cache: (options.dtype ?? 'fp32') === 'fp32' ? undefined : cacheOf() }
  if (model.startsWith('file:')) return directorySource(fileURLToPath(model), ofDirectory)
  if (isDirectory(model) || !isHubName(model)) return directorySource(model, ofDirectory)
  return hubSource(model, {
    token,
    fetch,
    revision: options.revision,
    endpoint: options.endpoint ?? env.HF_ENDPOINT,
    offline: options.offline ?? isSet(env.HF_HUB_OFFLINE),
    cache: cacheOf(),
  })
}

/** Where Python's huggingface_hub keeps its downloads, by the same variables. */
function defaultCacheDir(): string {
  const { HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = env
  if (HF_HUB_CACHE) return HF_HUB_CACHE
  return join(HF_HOME || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface'), 'hub')
}

/** The values that huggingface_hub takes for true. */
function isSet(variable: string | undefined): boolean {
  return /^(?:1|on|yes|true)$/i.test(variable ?? '')
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
