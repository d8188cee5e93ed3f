/** A model whose files lie below a URL, as a web server or a bucket serves them. */

import { ArgumentRangeError, BertEmbedError, describe } from '../errors.js'
import { deriveFile, type OriginalFile } from './derived-file.js'
import {
  bodyChunks,
  get,
  isPage,
  isUnreachable,
  type RequestOptions,
  receive,
  receiveForward,
} from './http.js'
import type { ModelCache } from './model-cache.js'
import type { ModelFile, ModelSource, OpenOptions } from './model-source.js'

export interface UrlSourceOptions extends RequestOptions {
  /** Where files are kept, and asked for again only when they have changed. @default nowhere: in memory only */
  readonly cache?: ModelCache | undefined
  /** Take everything from the cache, and never ask the network. @default false */
  readonly offline?: boolean | undefined
}

/**
 * A model source over a base URL. With a cache, files whose server gives them an ETag or a date are kept, and are still
 * there without a network.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION` when `baseUrl` is no absolute URL.
 * @throws {BertEmbedError} from `open`: `UNAUTHORIZED`, `NETWORK`, `HTTP_STATUS`, `CACHE_FAILED`.
 * @example
 * const source = urlSource('https://example.org/models/bert-small/')
 */
export function urlSource(baseUrl: string, options: UrlSourceOptions = {}): ModelSource {
  const base = parseBase(baseUrl)
  const { cache, offline = false } = options

  async function getIfChanged(url: URL, version: string | undefined, openOptions: OpenOptions) {
    const request = { ...options, ...openOptions }
    if (version === undefined) return get(url, request)
    try {
      return await get(url, { ...request, headers: ifChanged(version) })
    } catch (error) {
      // On another origin these headers need a preflight, which not every server allows: the answer's own version tells then.
      if (isUnreachable(error)) return get(url, request)
      throw error
    }
  }

  /** The answer that brings a file, or that it is still of this version; `undefined` when the server does not have it. */
  async function request(path: string, version: string | undefined, openOptions: OpenOptions) {
    const url = new URL(path, base)
    if (!url.href.startsWith(base)) throw new BertEmbedError('READ_FAILED', `${path} leaves ${base}.`)
    const response = await getIfChanged(url, version, openOptions)
    if (response?.status === 304) return unchanged
    // Servers of single-page applications answer with their page, and 200, for what they do not have.
    const absence = !response || isPage(response)
    if (!absence && (version === undefined || versionOf(response) !== version)) return response
    await response?.body?.cancel()
    return absence ? undefined : unchanged
  }

  async function fromNetwork(path: string, kept: Kept | undefined, openOptions: OpenOptions) {
    const response = await request(path, kept?.file && kept.version, openOptions)
    if (response === unchanged) return kept?.file
    if (!response) {
      if (kept?.version !== absent) await cache?.writeVersion(base, path, absent)
      return undefined
    }
    const version = versionOf(response)
    if (!cache || !version) return receive(path, response, openOptions)
    const file = await cache.store({ model: base, version, path }, bodyChunks(path, response, openOptions))
    await cache.writeVersion(base, path, version)
    return file
  }

  async function fromCache(path: string): Promise<Kept | undefined> {
    const version = await cache?.readVersion(base, path)
    if (version === undefined) return undefined
    const file = version === absent ? undefined : await cache?.open({ model: base, version, path })
    return file || version === absent ? { version, file } : undefined
  }

  return {
    name: baseUrl,
    async open(path, openOptions = {}) {
      const kept = await fromCache(path)
      if (offline) return kept?.file
      try {
        return await fromNetwork(path, kept, openOptions)
      } catch (error) {
        // Without a network, what was downloaded before still works, and what was not there is not there.
        if (kept && isUnreachable(error)) return kept.file
        throw error
      }
    },
    /** Only what is made of the file is kept, for its present version: it is made while the file comes in. */
    async derive(path, derivation, openOptions = {}) {
      const label = await cache?.readVersion(base, path)
      const known = label === absent ? undefined : label
      let answer: Response | typeof unchanged | undefined = unchanged
      if (!offline) {
        try {
          answer = await request(path, known, openOptions)
        } catch (error) {
          if (label === undefined || !isUnreachable(error)) throw error
        }
      }
      if (!answer && label !== absent) await cache?.writeVersion(base, path, absent)
      if (!answer || (answer === unchanged && known === undefined)) return undefined
      const version = answer === unchanged ? known : versionOf(answer)
      if (version !== undefined && version !== known) await cache?.writeVersion(base, path, version)

      async function openOriginal(): Promise<OriginalFile | undefined> {
        if (answer === unchanged) {
          const kept = await fromCache(path)
          if (kept?.file || offline) return kept?.file
          answer = await request(path, undefined, openOptions)
        }
        const response = answer
        answer = unchanged // read once, it has to be asked for again
        return response instanceof Response ? receiveForward(path, response, openOptions) : undefined
      }
      const origin = version === undefined ? undefined : { model: base, version }
      return deriveFile(derivation, { path, cache, origin, openOriginal })
    },
  }
}

/** What is known of a file from an earlier visit; without `file`, that the server does not have it. */
interface Kept {
  readonly version: string
  readonly file: ModelFile | undefined
}

/** The version of a file that the server does not have: remembered, so that a model loads without a network. */
const absent = 'absent'

function parseBase(baseUrl: string): string {
  try {
    return new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`).href
  } catch (cause) {
    throw new ArgumentRangeError('INVALID_OPTION', `model is ${describe(baseUrl)}, not a URL.`, { cause })
  }
}

/** Stands for an answer that the file is still what it was. */
const unchanged = 'unchanged'

/** What the server calls this version of the file: its ETag, or the date of its last change. */
function versionOf({ headers }: Response): string | undefined {
  return headers.get('etag') ?? headers.get('last-modified') ?? undefined
}

/** ETags stand in quotation marks, dates do not. */
function ifChanged(version: string): Record<string, string> {
  return { [version.includes('"') ? 'if-none-match' : 'if-modified-since']: version }
}
