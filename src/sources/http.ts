/** Gets files over HTTP, turning what can go wrong into typed errors. */

import { BertEmbedError } from '../errors.js'
import { consumeChunks } from './chunks.js'
import type { OriginalFile } from './derived-file.js'
import { forwardFile } from './forward-file.js'
import { blobFile, type ModelFile, type OpenOptions } from './model-source.js'

export type Fetch = typeof globalThis.fetch

export interface RequestOptions {
  /** @default globalThis.fetch */
  readonly fetch?: Fetch | undefined
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string | undefined
}

export interface GetOptions extends RequestOptions, Pick<OpenOptions, 'signal'> {
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/**
 * The response to a GET, or `undefined` for 404. 304 answers a conditional request.
 *
 * @throws {BertEmbedError} `NETWORK` when there is no answer, `UNAUTHORIZED` for 401 and 403, `HTTP_STATUS` for other failures.
 */
export async function get(url: URL, options: GetOptions): Promise<Response | undefined> {
  const { fetch = globalThis.fetch, token, signal = null } = options
  const headers = { ...options.headers, ...(token && { authorization: `Bearer ${token}` }) }
  const response = await fetch(url, { headers, signal }).catch((cause: Error) => {
    signal?.throwIfAborted()
    throw new BertEmbedError('NETWORK', `${url} could not be reached: ${reasonOf(cause)}`, { cause })
  })
  if (response.ok || response.status === 304) return response
  await response.body?.cancel()
  if (response.status === 404) return undefined
  const status = `${response.status} ${response.statusText}`.trim()
  if (response.status === 401 || response.status === 403)
    throw new BertEmbedError(
      'UNAUTHORIZED',
      `${url} answered ${status}: the model does not exist, or needs a token that has access to it.`,
    )
  throw new BertEmbedError('HTTP_STATUS', `${url} answered ${status}.`)
}

/** Whether there was no answer: what was kept from earlier answers may serve instead. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof BertEmbedError && error.code === 'NETWORK'
}

/** The body of a response, in a Blob, checked against its announced length. @throws {BertEmbedError} `NETWORK` */
export async function receive(
  path: string,
  response: Response,
  options: OpenOptions = {},
): Promise<ModelFile> {
  const chunks = bodyChunks(path, response, options)
  return blobFile(path, await consumeChunks(chunks, (stream) => new Response(stream).blob()))
}

/**
 * The body of a response as a file that is read while it comes in; in a Blob where the server does not say how long it is.
 *
 * @throws {BertEmbedError} `NETWORK`
 */
export async function receiveForward(
  path: string,
  response: Response,
  options: OpenOptions = {},
): Promise<OriginalFile> {
  const byteLength = announcedLength(response)
  if (byteLength === undefined) return receive(path, response, options)
  return forwardFile(path, byteLength, bodyChunks(path, response, options))
}

/** Whether a web page came in the place of a file: of a portal, or of an application that answers everything with itself. */
export function isPage(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/html') === true
}

/**
 * The chunks of a response's body, with progress.
 *
 * @throws {BertEmbedError} `NETWORK` when the body breaks off, or is not as long as announced.
 */
export async function* bodyChunks(
  path: string,
  response: Response,
  { signal, onProgress }: OpenOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const totalBytes = announcedLength(response)
  let loadedBytes = 0
  const reader = response.body?.getReader()
  const breakOff = (cause: Error): never => {
    signal?.throwIfAborted()
    throw new BertEmbedError(
      'NETWORK',
      `${response.url} broke off after ${loadedBytes} bytes: ${reasonOf(cause)}`,
      { cause },
    )
  }
  try {
    while (reader) {
      const { done, value } = await reader.read().catch(breakOff)
      if (done) break
      loadedBytes += value.byteLength
      yield value
      onProgress?.({ type: 'download', file: path, loadedBytes, totalBytes })
    }
  } finally {
    // Ends the download when the consumer stopped early; nothing to do when it has been read to its end.
    await reader?.cancel().catch(() => {})
  }
  if (totalBytes !== undefined && loadedBytes !== totalBytes)
    throw new BertEmbedError(
      'NETWORK',
      `${response.url} sent ${loadedBytes} bytes of ${path}, but announced ${totalBytes}.`,
    )
}

/** `content-length` counts the bytes on the wire: with an encoding it says nothing of the file's length. */
function announcedLength(response: Response): number | undefined {
  const length = response.headers.get('content-length')
  return length === null || response.headers.has('content-encoding') ? undefined : Number(length)
}

/** undici says only "fetch failed"; the reason is its cause. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message
}
