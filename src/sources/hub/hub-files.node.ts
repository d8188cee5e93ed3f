/** Lists the files of a model of the Hub with their sizes, and whether the cache has them. Nothing is downloaded. */

import { BertEmbedError } from '../../errors.js'
import type { FileFacts } from '../cache/model-cache.js'
import { get } from '../http/http.js'
import type { OpenOptions } from '../model-source.js'
import type { HubSourceOptions } from '../source-options.js'
import { parseHubListing } from './hub-listing.js'

export interface HubFile {
  readonly path: string
  /** `undefined` if the Hub does not say. */
  readonly byteLength: number | undefined
  readonly isLocal: boolean
}

/** @throws {BertEmbedError} the errors of requests. */
export async function listHubFiles(
  model: string,
  {
    revision = 'main',
    endpoint = 'https://huggingface.co',
    cache,
    ...requests
  }: HubSourceOptions & OpenOptions,
): Promise<readonly HubFile[]> {
  const base = endpoint.replace(/\/+$/, '')
  const url = new URL(`${base}/api/models/${model}/revision/${encodeURIComponent(revision)}?blobs=true`)
  const response = await get(url, requests)
  if (!response.ok) throw new BertEmbedError('MODEL_NOT_FOUND', `${base} has no model ${model}.`)
  const { commit, files } = parseHubListing(await response.text(), url)
  const isLocal = async (path: string, facts: FileFacts) =>
    cache ? (await cache.open({ model, version: commit, path, ...facts })) !== undefined : false
  return Promise.all(
    Array.from(files, async ([path, facts]) => ({
      path,
      byteLength: facts.byteLength,
      isLocal: await isLocal(path, facts),
    })),
  )
}
