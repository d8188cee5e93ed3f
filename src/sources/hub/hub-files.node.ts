/** Lists the files of a model of the Hub with their sizes, and whether the cache has them. Nothing is downloaded. */

import type { FileFacts } from '../cache/model-cache.js'
import type { OpenOptions } from '../model-source.js'
import type { HubSourceOptions } from '../source-options.js'
import { parseEndpoint } from './open-hub.js'
import { requestListing } from './request-listing.js'

export interface HubFile {
  readonly path: string
  /** `undefined` if the Hub does not say. */
  readonly byteLength: number | undefined
  readonly isLocal: boolean
}

/** @throws {BertEmbedError} `MODEL_NOT_FOUND`, and the errors of requests. */
export async function listHubFiles(
  model: string,
  {
    revision = 'main',
    endpoint = 'https://huggingface.co',
    cache,
    ...requests
  }: HubSourceOptions & OpenOptions,
): Promise<readonly HubFile[]> {
  const request = { ...requests, base: parseEndpoint(endpoint) }
  const { commit, files } = await requestListing(model, revision, request)
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
