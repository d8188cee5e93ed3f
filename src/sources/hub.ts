/** A model of the Hugging Face Hub, by its name, pinned to one commit from its first file on. */

import { ArgumentRangeError, BertEmbedError, describe } from '../errors.js'
import { deriveFile } from './derived-file.js'
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
import type { ModelSource, OpenOptions } from './model-source.js'

export interface HubSourceOptions extends RequestOptions {
  /** A branch, tag or commit. @default 'main' */
  readonly revision?: string | undefined
  /** The Hub, or a mirror of it. @default 'https://huggingface.co' */
  readonly endpoint?: string | undefined
  /** Where files are kept. @default nowhere: in memory only */
  readonly cache?: ModelCache | undefined
  /** Take everything from the cache, and never ask the network. @default false */
  readonly offline?: boolean | undefined
}

interface Snapshot {
  readonly commit: string
  /** `undefined` when only the cache was asked, which does not know what else there is. */
  readonly paths: ReadonlySet<string> | undefined
}

/**
 * A model source over the Hugging Face Hub. Files are downloaded when they are opened, and only then.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION` when `model` is no Hub name.
 * @throws {BertEmbedError} from `open`: `MODEL_NOT_FOUND`, `UNAUTHORIZED`, `NETWORK`, `HTTP_STATUS`, `OFFLINE`.
 * @example
 * const source = hubSource('google-bert/bert-base-cased', { revision: 'main' })
 */
export function hubSource(model: string, options: HubSourceOptions = {}): ModelSource {
  const { revision = 'main', endpoint = 'https://huggingface.co', cache, offline = false } = options
  if (!isHubName(model))
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `model is ${describe(model)}, not a name on the Hub such as "google-bert/bert-base-cased".`,
    )
  const base = endpoint.replace(/\/+$/, '')
  let snapshot: Promise<Snapshot> | undefined

  async function findSnapshot({ signal }: OpenOptions): Promise<Snapshot> {
    if (offline) return cachedSnapshot()
    try {
      return await askSnapshot(signal)
    } catch (error) {
      // Without a network, what was downloaded before still works.
      if (!isUnreachable(error) || (await cache?.readVersion(model, revision)) === undefined) throw error
      return cachedSnapshot()
    }
  }

  async function askSnapshot(signal: AbortSignal | undefined): Promise<Snapshot> {
    const url = new URL(`${base}/api/models/${model}/revision/${encodeURIComponent(revision)}`)
    const response = await get(url, { ...options, signal })
    if (!response)
      throw new BertEmbedError(
        'MODEL_NOT_FOUND',
        `${base} has no model ${model} with revision ${describe(revision)}.`,
      )
    const found = parseSnapshot(await response.text(), url)
    await cache?.writeVersion(model, revision, found.commit)
    return found
  }

  async function cachedSnapshot(): Promise<Snapshot> {
    const commit = isCommit(revision) ? revision : await cache?.readVersion(model, revision)
    if (commit !== undefined) return { commit, paths: undefined }
    throw new BertEmbedError(
      'OFFLINE',
      `${model} with revision ${describe(revision)} is not in the cache, and offline is set.`,
    )
  }

  async function currentSnapshot(openOptions: OpenOptions): Promise<Snapshot> {
    snapshot ??= findSnapshot(openOptions)
    return snapshot.catch((error) => {
      snapshot = undefined // so that a later call may try again
      throw error
    })
  }

  /** The answer that brings a file; `undefined` when the model has none, or only the cache may be asked. */
  async function request(path: string, { commit, paths }: Snapshot, openOptions: OpenOptions) {
    if (!paths?.has(path)) return undefined
    const url = new URL(`${base}/${model}/resolve/${commit}/${path}`)
    const response = await get(url, { ...options, ...openOptions })
    if (!response || !isPage(response)) return response
    await response.body?.cancel()
    throw new BertEmbedError('HTTP_STATUS', `${response.url} answered with an HTML page in place of ${path}.`)
  }

  return {
    name: model,
    async open(path, openOptions = {}) {
      const current = await currentSnapshot(openOptions)
      if (current.paths && !current.paths.has(path)) return undefined
      const file = { model, version: current.commit, path }
      const cached = await cache?.open(file)
      if (cached) return cached
      const response = await request(path, current, openOptions)
      if (!response) return undefined
      return cache
        ? cache.store(file, bodyChunks(path, response, openOptions))
        : receive(path, response, openOptions)
    },
    /** Of a file that is not in the cache only what is made of it is kept: it is made while the file comes in. */
    async derive(path, derivation, openOptions = {}) {
      const current = await currentSnapshot(openOptions)
      const origin = { model, version: current.commit }
      return deriveFile(derivation, {
        path,
        cache,
        origin,
        async openOriginal() {
          const cached = await cache?.open({ ...origin, path })
          if (cached) return cached
          const response = await request(path, current, openOptions)
          return response && receiveForward(path, response, openOptions)
        },
      })
    },
  }
}

/** `name` or `owner/name`, in the characters the Hub allows. */
export function isHubName(name: string): boolean {
  return /^(?:[\w.-]+\/)?[\w.-]+$/.test(name) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(name)
}

function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision)
}

/** The Hub's `GET /api/models/{model}/revision/{revision}`: `{ sha, siblings: [{ rfilename }] }`. */
function parseSnapshot(text: string, url: URL): Snapshot {
  const { sha, siblings } = parseObject(text)
  if (typeof sha !== 'string' || !isCommit(sha) || !Array.isArray(siblings))
    throw new BertEmbedError('HTTP_STATUS', `${url} did not answer as the Hub does: is it one?`)
  const paths = siblings.map((sibling: { rfilename?: unknown } | null) => sibling?.rfilename)
  return { commit: sha, paths: new Set(paths.filter((path) => typeof path === 'string')) }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}
