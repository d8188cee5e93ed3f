/** Source for a model of the Hugging Face Hub. All its files come from the commit that the first request found. */

import { keepResult } from '../../async/keep-result.js'
import { createLimit } from '../../async/limit.js'
import { ArgumentRangeError, BertEmbedError, describe } from '../../errors.js'
import type { CachedFile, FileFacts } from '../cache/model-cache.js'
import { checkedChunks, type Download, downloadChunks, receive } from '../http/download.js'
import { isUnavailable, type RequestOptions } from '../http/http.js'
import type { ModelFile, ModelSource, OpenFileOptions, OpenOptions } from '../model-source.js'
import type { HubSourceOptions } from '../source-options.js'
import { type HubListing, isCommit } from './hub-listing.js'
import { adviceOn, hintOn, requestListing } from './request-listing.js'

/** Maximum number of parallel downloads. A sharded model has dozens of files, and more connections are not faster. */
const maxDownloads = 4

/** Like `hubSource`, for options that are already checked. Options with other names are ignored. */
export function openHub(model: string, options: HubSourceOptions): ModelSource {
  const { revision = 'main', endpoint = 'https://huggingface.co', offline = false } = options
  const cache = options.cache || undefined
  if (!isHubName(model))
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      // A URL given by mistake may be signed: the message leaves out its query.
      `model is ${describe(model.split('?', 1)[0])}, not a name on the Hub such as "google-bert/bert-base-cased".`,
    )
  const base = parseEndpoint(endpoint)
  const requests = { ...options, adviceOn: adviceOn(model) }
  const limit = createLimit(maxDownloads)

  /**
   * Finds the commit and its files. Without a network, the commit comes from the cache, and the files are not known.
   */
  const findCommit = keepResult(async (openOptions: OpenOptions): Promise<Partial<HubListing> & Commit> => {
    if (isCommit(revision)) return { commit: revision }
    const label = await cache?.readVersion(model, revision)
    const known = isCommit(label) ? label : undefined
    if (offline)
      return {
        commit: known ?? failOffline(`${model} with revision ${describe(revision)}`, await hintOn(model)),
      }
    try {
      // With a cached commit, retries would only delay the load.
      return await list(revision, openOptions, known === undefined ? {} : { maxRetries: 0 })
    } catch (error) {
      if (known === undefined || !isUnavailable(error)) throw error
      return { commit: known }
    }
  })

  /** Lists all files of the commit. */
  const listFiles = keepResult(async (openOptions: OpenOptions) => {
    const { commit, files } = await findCommit(openOptions)
    return files ?? (await list(commit, openOptions)).files
  })

  function list(label: string, { signal }: OpenOptions, more?: RequestOptions): Promise<HubListing> {
    return requestListing(model, label, { ...options, ...more, signal, base })
  }

  /**
   * Finds a file, in the cache or on the Hub, without downloading it. Returns `undefined` if the model does not have
   * it.
   */
  async function locate(path: string, openOptions: OpenOptions): Promise<LocatedFile | undefined> {
    const { commit, files } = await findCommit(openOptions)
    const file = { model, version: commit, path }
    if (!files && (await cache?.isMarkedAbsent(file))) return undefined
    const known = { ...file, ...files?.get(path) }
    const cached = !files || files.has(path) ? await cache?.open(known) : undefined
    if (cached) return { file: known, cached }
    if (offline) failOffline(`${path} of ${model} at ${commit}`)
    const facts = (await listFiles(openOptions)).get(path)
    if (facts) return { file: { ...file, ...facts } }
    await ifWritable(cache?.markAbsent(file))
    return undefined
  }

  function toDownload(
    file: CachedFile & FileFacts,
    { signal, onProgress, expected }: OpenFileOptions,
  ): Download {
    const { version, path, byteLength } = file
    const url = new URL(
      `${base}/${model}/resolve/${version}/${path.split('/').map(encodeURIComponent).join('/')}`,
    )
    return { ...requests, signal, onProgress, path, byteLength, url, isPinned: true, check: expected?.check }
  }

  /** Makes `commit` the cached commit of the revision. Another commit is replaced only once the new one is complete. */
  async function recordCommit(
    commit: string,
    { isComplete }: { readonly isComplete: boolean },
  ): Promise<void> {
    if (offline || !cache || isCommit(revision)) return
    const label = await cache.readVersion(model, revision)
    if (label === commit || (isCommit(label) && !isComplete)) return
    await ifWritable(cache.writeVersion(model, revision, commit))
  }

  /** Calls `recordCommit` for the first file. Further files would not change the result. */
  const recordFirst = keepResult(async (openOptions: OpenOptions) =>
    recordCommit((await findCommit(openOptions)).commit, { isComplete: false }),
  )

  return {
    name: model,
    async open(path, openOptions = {}) {
      const { file, cached } = (await locate(path, openOptions)) ?? {}
      if (!file) return undefined
      const download = toDownload(file, openOptions)
      const opened =
        cached ??
        (await limit(() =>
          cache
            ? cache.store(
                file,
                // A download that resumes is checked by the cache.
                (start) =>
                  start === 0
                    ? checkedChunks(download, { sharesBuffer: true })
                    : downloadChunks(download, { start, sharesBuffer: true }),
                openOptions,
              )
            : receive(download),
        ))
      await recordFirst(openOptions)
      return opened
    },
    /** A file that is not cached is converted while it downloads. Only the result is stored. */
    async derive(path, derivation, openOptions = {}) {
      // Imported on demand: most models run with the published weights.
      const { deriveFile } = await import('../cache/derived-file.js')
      const { receiveForward } = await import('../http/receive-forward.js')
      const { commit } = await findCommit(openOptions)
      const made = await limit(() =>
        deriveFile(derivation, {
          path,
          cache,
          origin: { model, version: commit },
          async openOriginal() {
            const { file, cached } = (await locate(path, openOptions)) ?? {}
            if (!file || cached) return cached
            const check = (chunks: AsyncIterable<Uint8Array>) => cache?.check?.(path, file, chunks) ?? chunks
            return receiveForward(toDownload(file, openOptions), undefined, check)
          },
        }),
      )
      if (made) await recordFirst(openOptions)
      return made
    },
    async list(_, openOptions = {}) {
      if (offline) failOffline(`The list of the files of ${model}`)
      return [...(await listFiles(openOptions)).keys()]
    },
    async complete() {
      await recordCommit((await findCommit({})).commit, { isComplete: true })
    },
  }

  function failOffline(what: string, hint = ''): never {
    throw new BertEmbedError(
      'OFFLINE',
      `${what} was not downloaded completely, and offline is set. Load the model once with a network.${hint}`,
    )
  }
}

/** Imported on demand, after a model was refused or not found. */
/** Whether `name` has the form `name` or `owner/name`, with the characters that the Hub allows. */
export function isHubName(name: string): boolean {
  return (
    typeof name === 'string' && /^(?:[\w.-]+\/)?[\w.-]+$/.test(name) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(name)
  )
}

/**
 * Returns the endpoint without a slash at its end. Its query and user may be secret, so the error does not show them.
 */
export function parseEndpoint(endpoint: string): string {
  try {
    const { href, search, username, password } = new URL(endpoint)
    if (!search && !username && !password) return href.replace(/\/+$/, '')
  } catch {}
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    'endpoint is not a URL such as "https://huggingface.co", without a query and a user.',
  )
}

interface Commit {
  readonly commit: string
}

interface LocatedFile {
  readonly file: CachedFile & FileFacts
  /** The cached file, if the cache has it. */
  readonly cached?: ModelFile
}

/** Ignores that a cache cannot be written. Versions and absence markers only save requests. */
async function ifWritable(note: Promise<void> | undefined): Promise<void> {
  await note?.catch((error) => {
    if (!(error instanceof BertEmbedError && error.code === 'CACHE_FAILED')) throw error
  })
}
