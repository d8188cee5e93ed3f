/** Source for a model below a base URL on a web server or in a bucket. */

import { keepResult } from '../async/keep-result.js'
import { createLimit } from '../async/limit.js'
import { BertEmbedError } from '../errors.js'
import { parseBaseUrl } from './base-url.js'
import { checkedChunks, type Download, receive } from './http/download.js'
import { get, HttpStatusError, isPage, isUnavailable, versionOf } from './http/http.js'
import type { ModelFile, ModelSource, OpenFileOptions } from './model-source.js'
import type { UrlSourceOptions } from './source-options.js'

/** Maximum number of parallel requests for `list`: a browser opens six connections to a server. */
const maxRequests = 6

/** Like `urlSource`, for options that are already checked. Options with other names are ignored. */
export function openUrl(baseUrl: string, options: UrlSourceOptions): ModelSource {
  const { href: base, fetch } = parseBaseUrl(baseUrl, options.fetch)
  const { offline = false } = options
  const cache = options.cache || undefined
  /** Files refused with the same status as files that do not exist. */
  const refused = new Map<string, HttpStatusError>()
  let hasServed = false

  function toDownload(path: string, { signal, onProgress, expected }: OpenFileOptions): Download {
    const url = new URL(base + path.split('/').map(encodeURIComponent).join('/'))
    if (url.href.startsWith(base))
      return { ...options, fetch, signal, onProgress, path, url, check: expected?.check, adviceOn }
    throw new BertEmbedError('READ_FAILED', `${path} leaves ${base}.`)
  }

  /** Looks a file up in the cache. Returns `undefined` if it was never requested. */
  async function findCached(
    path: string,
    { expected }: OpenFileOptions = {},
  ): Promise<CachedState | undefined> {
    const version = await cache?.readVersion(base, path)
    if (version === undefined) return undefined
    return {
      version,
      file:
        version === absent
          ? undefined
          : await cache?.open({ model: base, version, path, byteLength: expected?.byteLength }),
    }
  }

  /**
   * Requests a file. The answer is a response with the file, `unchanged` since `version`, or `absent` on the server.
   */
  async function ask(download: Download, version: string | undefined): Promise<Answer> {
    const isNew = version === undefined || version === absent
    const response = await getIfChanged(download, isNew ? undefined : version).catch(async (error) => {
      if (!isRefusal(error)) throw error
      // A refused file may just not exist. If it is cached it did exist, so that its refusal is an error.
      const isAmbiguous = isNew && error.status === (await statusOfAbsent(download))
      if (!isAmbiguous) throw error
      refused.set(download.path, error)
    })
    if (!response) return absent
    const answer = toAnswer(response, version)
    hasServed ||= answer !== absent
    if (answer !== response) await response.body?.cancel()
    if (answer === absent && version !== absent) await cache?.writeVersion(base, download.path, absent)
    return answer
  }

  /**
   * Requests a file that does not exist, and returns the status. A bucket that can be read but not listed refuses such
   * a file, so that the same status for another file does not tell whether that file exists.
   */
  const statusOfAbsent = keepResult((download: Download) =>
    statusFor({ ...download, url: new URL('bert-embed-asks-for-no-file', base) }),
  )

  /** Like `ask`, but trusts the cache if the source is offline or the server is unavailable. */
  async function askOrUseCache(download: Download, known: string | undefined): Promise<Answer> {
    const trusted = known === absent ? absent : unchanged
    if (known === undefined) {
      if (offline) throw notDownloaded(download)
      return ask(download, known)
    }
    if (offline) return trusted
    try {
      // With a cached answer, retries would only delay the load.
      return await ask({ ...download, maxRetries: 0 }, known)
    } catch (error) {
      if (isUnavailable(error)) return trusted
      throw error
    }
  }

  return {
    name: base,
    async open(path, openOptions = {}) {
      const download = toDownload(path, openOptions)
      const { version: known, file: cached } = (await findCached(path, openOptions)) ?? {}
      if (cached && openOptions.expected) return cached // it never changes
      const isKnown = cached !== undefined || known === absent
      const answer = await askOrUseCache(download, isKnown ? known : undefined)
      if (answer === unchanged) return cached
      if (answer === absent) return undefined
      const version = versionOf(answer)
      if (!cache || !version) return receive(download, answer)
      try {
        const file = { model: base, version, path }
        const stored = await cache.store(
          file,
          () => checkedChunks(download, { response: answer, sharesBuffer: true }),
          openOptions,
        )
        await cache.writeVersion(base, path, version)
        return stored
      } catch (error) {
        if (cached && isUnavailable(error)) return cached
        throw error
      }
    },
    /** A file that is not cached is converted while it downloads. Only the result is stored, for that version. */
    async derive(path, derivation, openOptions = {}) {
      // Imported on demand: most models run with the published weights.
      const { deriveFile } = await import('./cache/derived-file.js')
      const { receiveForward } = await import('./http/receive-forward.js')
      const download = toDownload(path, openOptions)
      const { version: known, file: cached } = (await findCached(path)) ?? {}
      const answer = await askOrUseCache(download, known)
      if (answer === absent) return undefined
      const version = answer === unchanged ? known : versionOf(answer)
      if (version !== undefined && version !== known) await cache?.writeVersion(base, path, version)
      // A response can be read only once. A second call of openOriginal sends a new request.
      const answers = answer === unchanged ? [] : [answer]
      return deriveFile(derivation, {
        path,
        cache,
        origin: version === undefined ? undefined : { model: base, version },
        async openOriginal() {
          if (answer === unchanged && cached) return cached
          if (offline) throw notDownloaded(download)
          return receiveForward(download, answers.pop())
        },
      })
    },
    async list(likely, openOptions = {}) {
      const limit = createLimit(maxRequests)
      const statuses = likely.map((path) => {
        const download = toDownload(path, openOptions)
        if (offline) throw notDownloaded(download)
        return limit(() => statusFor(download))
      })
      const found = await Promise.all(statuses)
      return likely.filter((_, index) => found[index] === 200)
    },
    /** Records refused files as absent, once the model has loaded without them. */
    async complete() {
      for (const path of refused.keys())
        if (cache && (await cache.readVersion(base, path)) !== absent)
          await cache.writeVersion(base, path, absent)
    },
    notFound(what) {
      const [refusal] = refused.values()
      if (!refusal) return undefined
      const reason =
        `The server answers ${refusal.status} for files that are not there and for files that may not be read. ` +
        adviceOn()
      return hasServed
        ? new BertEmbedError('FILE_NOT_FOUND', `${base} has no ${what} ${reason}`, { cause: refusal })
        : new BertEmbedError(refusal.code, `${base} served no file, not even ${what} ${reason}`, {
            cause: refusal,
          })
    },
  }
}

/** What the cache has of a file. */
interface CachedState {
  readonly version: string
  /**
   * `undefined` if the server does not have the file, if only a file derived from it is stored, or if it was deleted.
   */
  readonly file?: ModelFile | undefined
}

/** The cached version of a file that the server does not have. With it, a model loads without a network. */
const absent = 'absent'

/** The answer for a file that has not changed since its cached version. */
const unchanged = 'unchanged'

function adviceOn(): string {
  return 'Check the URL, its signature if it has one, and the option token.'
}

/** Whether an available server answered with an error status. */
function isRefusal(error: unknown): error is HttpStatusError {
  return error instanceof HttpStatusError && !isUnavailable(error)
}

/** Returns the status of a file without reading it; 404 if the response is a web page. */
async function statusFor(download: Download): Promise<number> {
  try {
    const response = await get(download.url, download)
    await response.body?.cancel()
    return isPage(response) ? 404 : response.status
  } catch (error) {
    if (isRefusal(error)) return error.status
    throw error
  }
}

function notDownloaded({ url }: Download): BertEmbedError {
  return new BertEmbedError(
    'OFFLINE',
    `${url} was never downloaded, and offline is set. Load the model once with a network.`,
  )
}

type Answer = Response | typeof absent | typeof unchanged

function toAnswer(response: Response, version: string | undefined): Answer {
  if (response.status === 304) return unchanged
  // Servers of single-page applications send their page with status 200 for missing files.
  if (!response.ok || isPage(response)) return absent
  return version !== undefined && versionOf(response) === version ? unchanged : response
}

async function getIfChanged(download: Download, version: string | undefined): Promise<Response> {
  if (version === undefined) return get(download.url, download)
  try {
    return await get(download.url, { ...download, headers: ifChanged(version) })
  } catch (error) {
    // Across origins these headers need a preflight request, which not every server allows. Without them, the version
    // in the response tells whether the file has changed.
    if (isUnavailable(error)) return get(download.url, download)
    throw error
  }
}

/** A version with quotation marks is an ETag; one without is a date. */
function ifChanged(version: string): Record<string, string> {
  return { [version.includes('"') ? 'if-none-match' : 'if-modified-since']: version }
}
