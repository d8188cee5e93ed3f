/** The source that the options of `createEmbedder` name in Node: a directory, a URL, or the Hub with the Hugging Face cache. */

import { statSync } from 'node:fs'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import { wrongKind } from './checks/check-options.js'
import { ArgumentRangeError, describe } from './errors.js'
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
import type { HubSourceOptions } from './sources/source-options.js'

/** @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION` */
export function modelSourceOf(options: ModelOptions): ModelSource {
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
  return openHub(model, hubOptionsOf(options))
}

/** The options of requests to the Hub and of its cache. */
export function hubOptionsOf(options: ModelOptions): HubSourceOptions {
  return {
    ...downloadOptions(options),
    token: options.token ?? environmentToken(env),
    endpoint: options.endpoint ?? environmentEndpoint(env),
  }
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
