/** Asks the Hub for the files of a model. */

import { BertEmbedError, describe } from '../../errors.js'
import { consumeChunks } from '../http/consume-chunks.js'
import { downloadChunks } from '../http/download.js'
import { get, type RequestOptions } from '../http/http.js'
import type { OpenOptions } from '../model-source.js'
import { type HubListing, parseHubListing } from './hub-listing.js'

export interface ListingRequest extends RequestOptions, Pick<OpenOptions, 'signal'> {
  /** The Hub's URL, without a slash at its end. */
  readonly base: string
}

/** @throws {BertEmbedError} `MODEL_NOT_FOUND`, and the errors of requests. */
export async function requestListing(
  model: string,
  revision: string,
  { base, ...options }: ListingRequest,
): Promise<HubListing> {
  const request = { ...options, adviceOn: adviceOn(model) }
  const url = new URL(`${base}/api/models/${model}/revision/${encodeURIComponent(revision)}?blobs=true`)
  const response = await get(url, request)
  if (!response.ok)
    throw new BertEmbedError(
      'MODEL_NOT_FOUND',
      `${base} has no model ${model} with revision ${describe(revision)}.${await hintOn(model)}`,
    )
  const chunks = downloadChunks({ ...request, url, path: 'the list of files' }, { response })
  return parseHubListing(await consumeChunks(chunks, (stream) => new Response(stream).text()), url)
}

/** Returns the option `adviceOn` of requests for a model's files. */
export function adviceOn(model: string): (refusal: Headers) => Promise<string> {
  return async (refusal) => (await loadAdvice()).adviceOnRefusal(refusal, model)
}

export async function hintOn(model: string): Promise<string> {
  return (await loadAdvice()).ownerHint(model)
}

/** Imported on demand: most requests succeed. */
function loadAdvice() {
  return import('./hub-advice.js')
}
