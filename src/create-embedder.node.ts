/** `createEmbedder` with Node's defaults: onnxruntime-node, local directories, the Hugging Face cache, its variables. */

import { statSync } from 'node:fs'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import { nodeBackend } from './backends/ort.node.js'
import type { Embedder } from './embedder/embedder.js'
import { loadEmbedder } from './loading/load-embedder.js'
import { defaultModel, type ModelOptions } from './model-options.js'
import { directorySource } from './sources/directory.node.js'
import { fileCache } from './sources/file-cache.node.js'
import { hubSource, isHubName } from './sources/hub.js'
import {
  environmentCacheDir,
  environmentEndpoint,
  environmentSymlinks,
  environmentTimeoutMs,
  environmentToken,
  isEnvironmentOffline,
} from './sources/hub-environment.node.js'
import type { ModelCache } from './sources/model-cache.js'
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
  const { model = defaultModel } = options
  if (typeof model !== 'string') return model
  if (/^https?:\/\//.test(model)) return urlSource(model, { ...options, cache: options.cache || undefined })
  // A directory's published weights need no cache, whose place not every process may ask for (Deno without --allow-sys).
  const ofDirectory = { cache: (options.dtype ?? 'fp32') === 'fp32' ? undefined : cacheOf(options) }
  if (model.startsWith('file:')) return directorySource(fileURLToPath(model), ofDirectory)
  if (isDirectory(model) || !isHubName(model)) return directorySource(model, ofDirectory)
  return hubSource(model, {
    ...options,
    token: options.token ?? environmentToken(env),
    endpoint: options.endpoint ?? environmentEndpoint(env),
    offline: options.offline ?? isEnvironmentOffline(env),
    timeoutMs: options.timeoutMs ?? environmentTimeoutMs(env),
    cache: cacheOf(options),
  })
}

function cacheOf({ cache, cacheDir }: ModelOptions): ModelCache | undefined {
  if (cache !== undefined) return cache || undefined
  return fileCache(cacheDir ?? environmentCacheDir(env), { symlinks: environmentSymlinks(env) })
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
