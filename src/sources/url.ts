/** A model whose files lie below a URL, as a web server or a bucket serves them. */

import { createLimit } from '../async/limit.js'
import { checkOptions } from '../checks/check-options.js'
import { checkName } from '../checks/option-kinds.js'
import { BertEmbedError } from '../errors.js'
import { parseBaseUrl } from './base-url.js'
import { deriveFile } from './cache/derived-file.js'
import { type Download, downloadChunks, receive } from './http/download.js'
import { get, HttpStatusError, isPage, isUnavailable, versionOf } from './http/http.js'
import { receiveForward } from './http/receive-forward.js'
import type { ModelFile, ModelSource, OpenOptions } from './model-source.js'
import { type UrlSourceOptions, urlOptions } from './source-options.js'

/** A browser has six connections for a server. */
const questionsAtOnce = 6

/**
 * A model source over a base URL, whose query, if it has one, goes along with each request. With a cache, files whose
 * server gives them an ETag or a date are kept, and are still there without a network.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`, also when `baseUrl` is not an absolute URL, or has a
 *   user in it.
 * @throws {BertEmbedError} from `open`: `UNAUTHORIZED`, `NETWORK`, `HTTP_STATUS`, `DAMAGED_DOWNLOAD`, `OFFLINE`, `CACHE_FAILED`.
 * @example
 * const source = urlSource('https://example.org/models/bert-small/')
 */
export function urlSource(baseUrl: string, options: UrlSourceOptions = {}): ModelSource {
  checkName('model', baseUrl)
  checkOptions('urlSource', options, urlOptions)
  return openUrl(baseUrl, options)
}

/** {@link urlSource} for options that are checked already; it reads no others. */
export function openUrl(baseUrl: string, options: UrlSourceOptions): ModelSource {
  const { href: base, fetch } = parseBaseUrl(baseUrl, options.fetch)
  const { offline = false } = options
  const cache = options.cache || undefined
  /** The files that the server refused, as it refuses what it does not have. */
  const refused = new Map<string, HttpStatusError>()
  let hasServed = false
  let statusOfNothing: Promise<number> | undefined

  function toDownload(path: string, { signal, onProgress }: OpenOptions): Download {
    const url = new URL(base + path.split('/').map(encodeURIComponent).join('/'))
    if (url.href.startsWith(base)) return { ...options, fetch, signal, onProgress, path, url, adviceOn }
    throw new BertEmbedError('READ_FAILED', `${path} leaves ${base}.`)
  }

  /** What is known of a file from an earlier visit; `undefined` when it was never asked for, or is no longer kept. */
  async function recall(path: string): Promise<Kept | undefined> {
    const version = await cache?.readVersion(base, path)
    if (version === undefined) return undefined
    return {
      version,
      file: version === absent ? undefined : await cache?.open({ model: base, version, path }),
    }
  }

  /** The answer that brings a file, that it is still what it was, or that the server does not have it. */
  async function ask(download: Download, version: string | undefined): Promise<Answer> {
    const isNew = version === undefined || version === absent
    const response = await getIfChanged(download, isNew ? undefined : version).catch(async (error) => {
      if (!isRefusal(error)) throw error
      // A file that was here before is refused now: that has to be told.
      const isAmbiguous = isNew && error.status === (await askForNothing(download))
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
   * The status for a file that cannot be there. Buckets whose files may be read but not listed refuse it: their refusal of
   * another file does not tell whether there is one.
   */
  function askForNothing(download: Download): Promise<number> {
    statusOfNothing ??= statusFor({ ...download, url: new URL('bert-embed-asks-for-no-file', base) }).catch(
      (error) => {
        statusOfNothing = undefined
        throw error
      },
    )
    return statusOfNothing
  }

  /** The same, or what is known from before when nobody answers. */
  async function askOrTrust(download: Download, known: string | undefined): Promise<Answer> {
    const trusted = known === absent ? absent : unchanged
    if (known === undefined) {
      if (offline) throw notDownloaded(download)
      return ask(download, known)
    }
    if (offline) return trusted
    try {
      // There is no reason to wait for a server that is not there.
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
      const { version: known, file: kept } = (await recall(path)) ?? {}
      const isKnown = kept !== undefined || known === absent
      const answer = await askOrTrust(download, isKnown ? known : undefined)
      if (answer === unchanged) return kept
      if (answer === absent) return undefined
      const version = versionOf(answer)
      if (!cache || !version) return receive(download, answer)
      try {
        const file = { model: base, version, path }
        const stored = await cache.store(
          file,
          () => downloadChunks(download, { response: answer, isLent: true }),
          openOptions,
        )
        await cache.writeVersion(base, path, version)
        return stored
      } catch (error) {
        if (kept && isUnavailable(error)) return kept
        throw error
      }
    },
    /** Only what is made of the file is kept, for its present version: it is made while the file comes in. */
    async derive(path, derivation, openOptions = {}) {
      const download = toDownload(path, openOptions)
      const { version: known, file: kept } = (await recall(path)) ?? {}
      const answer = await askOrTrust(download, known)
      if (answer === absent) return undefined
      const version = answer === unchanged ? known : versionOf(answer)
      if (version !== undefined && version !== known) await cache?.writeVersion(base, path, version)
      // An answer can be read once: for a second time it has to be asked for again.
      const answers = answer === unchanged ? [] : [answer]
      return deriveFile(derivation, {
        path,
        cache,
        origin: version === undefined ? undefined : { model: base, version },
        async openOriginal() {
          if (answer === unchanged && kept) return kept
          if (offline) throw notDownloaded(download)
          return receiveForward(download, answers.pop())
        },
      })
    },
    async list(likely, openOptions = {}) {
      const limit = createLimit(questionsAtOnce)
      const statuses = likely.map((path) => {
        const download = toDownload(path, openOptions)
        if (offline) throw notDownloaded(download)
        return limit(() => statusFor(download))
      })
      const found = await Promise.all(statuses)
      return likely.filter((_, index) => found[index] === 200)
    },
    /** What was refused counts as absent once the model has loaded without it. */
    async complete() {
      for (const path of refused.keys())
        if (cache && (await cache.readVersion(base, path)) !== absent)
          await cache.writeVersion(base, path, absent)
    },
    notFound(what) {
      const [refusal] = refused.values()
      if (!refusal) return undefined
      const reason =
        `The server answers ${refusal.status} for files that are not there, as for those that may not be read. ` +
        adviceOn()
      return hasServed
        ? new BertEmbedError('FILE_NOT_FOUND', `${base} has no ${what} ${reason}`, { cause: refusal })
        : new BertEmbedError(refusal.code, `${base} gave no file, not even ${what} ${reason}`, {
            cause: refusal,
          })
    },
  }
}

/** What is known of a file from an earlier visit; without `file`, that the server does not have it, or what was made of it. */
interface Kept {
  readonly version: string
  readonly file?: ModelFile | undefined
}

/** The version of a file that the server does not have: remembered, so that a model loads without a network. */
const absent = 'absent'

/** Stands for an answer that the file is still what it was. */
const unchanged = 'unchanged'

function adviceOn(): string {
  return 'Check the URL, its signature if it has one, and the option token.'
}

/** Whether a server that is well gives an error for a file. */
function isRefusal(error: unknown): error is HttpStatusError {
  return error instanceof HttpStatusError && !isUnavailable(error)
}

/** The status for a file, of which nothing is read; 404 for a page in its place. */
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
  // Servers of single-page applications answer with their page, and 200, for what they do not have.
  if (!response.ok || isPage(response)) return absent
  return version !== undefined && versionOf(response) === version ? unchanged : response
}

async function getIfChanged(download: Download, version: string | undefined): Promise<Response> {
  if (version === undefined) return get(download.url, download)
  try {
    return await get(download.url, { ...download, headers: ifChanged(version) })
  } catch (error) {
    // On another origin these headers need a preflight, which not every server allows: the answer's own version tells then.
    if (isUnavailable(error)) return get(download.url, download)
    throw error
  }
}

/** ETags stand in quotation marks, dates do not. */
function ifChanged(version: string): Record<string, string> {
  return { [version.includes('"') ? 'if-none-match' : 'if-modified-since']: version }
}
