/** Stores downloads in the browser's Cache API, which an origin's pages and workers share, and which works offline. */

import { BertEmbedError } from '../../errors.js'
import { consumeChunks } from '../http/consume-chunks.js'
import { blobFile } from '../model-source.js'
import type { CachedFile, ModelCache } from './model-cache.js'

export interface BrowserCacheOptions {
  /** The cache's name. `caches.delete(name)` deletes the cache. @default 'bert-embed' */
  readonly name?: string | undefined
  /** The storage to use. @default globalThis.caches, which exists on https and on http://localhost */
  readonly caches?: CacheStorage | undefined
}

/** Like `browserCache`, for options that are already checked. */
export function openBrowserCache(options: BrowserCacheOptions = {}): ModelCache {
  const { name = 'bert-embed', caches = globalThis.caches } = options

  async function put(key: string, response: Response): Promise<void> {
    const cache = await caches.open(name)
    await cache.put(key, response)
  }

  async function match(key: string): Promise<Response | undefined> {
    const cache = await caches.open(name)
    return cache.match(key)
  }

  return {
    async readVersion(model, label) {
      return (await match(versionKey(model, label)))?.text()
    },
    async writeVersion(model, label, version) {
      await put(versionKey(model, label), new Response(version)).catch(cacheFailed)
    },
    async open(file) {
      const response = await match(fileKey(file))
      const blob = await response?.blob()
      if (!blob || blob.size !== (file.byteLength ?? blob.size)) return undefined
      return blobFile(file.path, blob)
    },
    async store(file, chunksFrom) {
      const key = fileKey(file)
      await consumeChunks(chunksFrom(0), (stream) => put(key, new Response(stream)).catch(cacheFailed))
      // Reading the entry back returns a Blob on disk, while the stream's bytes would stay in memory.
      const response = await match(key)
      if (!response)
        throw new BertEmbedError(
          'CACHE_FAILED',
          `${file.path} was stored but is no longer in the cache: is it full?`,
        )
      return blobFile(file.path, await response.blob())
    },
    markAbsent: (file) => put(absenceKey(file), new Response()).catch(cacheFailed),
    isMarkedAbsent: async (file) => (await match(absenceKey(file))) !== undefined,
  }
}

/** The keys of the Cache API must be http(s) URLs. The top-level domain `.invalid` is reserved and never resolves. */
function toKey(...segments: readonly string[]): string {
  return `https://bert-embed.invalid/${segments.map(encodeURIComponent).join('/')}`
}

function fileKey({ model, version, path }: CachedFile): string {
  return toKey('files', model, version, path)
}

function absenceKey({ model, version, path }: CachedFile): string {
  return toKey('absent', model, version, path)
}

function versionKey(model: string, label: string): string {
  return toKey('versions', model, label)
}

function cacheFailed(cause: unknown): never {
  if (cause instanceof BertEmbedError) throw cause
  const { name, message } = cause as Error
  throw new BertEmbedError(
    'CACHE_FAILED',
    name === 'QuotaExceededError'
      ? 'The browser has no room for the model: free some space, or load it with cache: false.'
      : `The browser's cache could not be written: ${message}`,
    { cause },
  )
}
