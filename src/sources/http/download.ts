/** Gets a file over HTTP, chunk by chunk, and goes on where it was cut. */

import { BertEmbedError } from '../../errors.js'
import { blobFile, type ModelFile, type OpenOptions } from '../model-source.js'
import { consumeChunks } from './chunks.js'
import {
  type GetOptions,
  get,
  HttpStatusError,
  inTime,
  isPage,
  reasonOf,
  versionOf,
  waitToRetry,
} from './http.js'
import { lendingReader } from './lending-reader.js'

/** What to get, and how. */
export interface Download extends GetOptions, OpenOptions {
  /** The file's name within the model. */
  readonly path: string
  readonly url: URL
  /** The URL stands for the same bytes for ever. Of others only what the server calls by the same version is put together. */
  readonly isPinned?: boolean | undefined
  /** The file's length, where that is known beforehand. */
  readonly byteLength?: number | undefined
}

/** Where to begin. */
export interface DownloadStart {
  /** How many of the first bytes to leave out. @default 0 */
  readonly start?: number | undefined
  /** An answer that has come already, with the file from `start` on or with all of it. */
  readonly response?: Response | undefined
  /** Each chunk is there only until the next one is asked for: all may be read into the same memory. @default false */
  readonly isLent?: boolean | undefined
}

/**
 * A file's bytes from `start` on, with progress.
 *
 * @throws {BertEmbedError} what `get` throws; `NETWORK` for a download that is cut again and again,
 * `DAMAGED_DOWNLOAD` for another length than the file has, `HTTP_STATUS` for a web page in its place, and for 404.
 */
export async function* downloadChunks(
  download: Download,
  { start = 0, response, isLent }: DownloadStart = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { path, url, onProgress } = download
  let answer = response ?? (await requestFrom(download, start))
  const version = versionOf(answer)
  const totalBytes = download.byteLength ?? announcedLength(answer, start)
  const isResumable = download.isPinned || version !== undefined
  const startedAt = performance.now()
  let loadedBytes = start
  for (let attempt = 0; ; attempt++) {
    try {
      if (attempt > 0) answer = await requestFrom({ ...download, maxRetries: 0 }, loadedBytes)
      checkVersion(download, answer, version)
      for await (const chunk of bodyChunks(answer, loadedBytes, { ...download, isLent })) {
        attempt = 0
        loadedBytes += chunk.byteLength
        yield chunk
        const seconds = (performance.now() - startedAt) / 1000
        const bytesPerSecond = seconds > 0 ? (loadedBytes - start) / seconds : 0
        onProgress?.({ type: 'download', file: path, loadedBytes, totalBytes, bytesPerSecond })
      }
      if (totalBytes === undefined || loadedBytes === totalBytes) return
      throw new BertEmbedError(
        loadedBytes < totalBytes ? 'NETWORK' : 'DAMAGED_DOWNLOAD',
        `${url} sent ${loadedBytes} bytes of ${path}, which has ${totalBytes}.`,
      )
    } catch (error) {
      if (!isResumable || !(await waitToRetry(error, attempt, download))) throw error
    }
  }
}

/** A file in a Blob. @throws {BertEmbedError} as `downloadChunks` does */
export async function receive(download: Download, response?: Response): Promise<ModelFile> {
  const chunks = downloadChunks(download, { response })
  return blobFile(download.path, await consumeChunks(chunks, (stream) => new Response(stream).blob()))
}

/** @throws {BertEmbedError} `DAMAGED_DOWNLOAD` for an answer of another version. */
export function checkVersion(
  { isPinned, url }: Download,
  answer: Response,
  version: string | undefined,
): void {
  if (isPinned || versionOf(answer) === version) return
  throw new BertEmbedError('DAMAGED_DOWNLOAD', `${url} changed while it was downloaded: try again.`)
}

/** An answer with the file from some byte on, or with all of it. */
export async function requestFrom(download: Download, start: number): Promise<Response> {
  const { path, url, byteLength } = download
  const response = await getFrom(download, start)
  const firstByte = rangeStart(response, start)
  if (firstByte > start) {
    await response.body?.cancel()
    throw new BertEmbedError(
      'DAMAGED_DOWNLOAD',
      `${url} answered with bytes from ${firstByte}, not from ${start} on.`,
    )
  }
  const length = announcedLength(response, start)
  if (response.ok && !isPage(response) && (byteLength === undefined || (length ?? byteLength) === byteLength))
    return response
  await response.body?.cancel()
  if (!response.ok) throw new HttpStatusError(url, response)
  throw isPage(response)
    ? new BertEmbedError(
        'HTTP_STATUS',
        `${url} answered with an HTML page in place of ${path}: is there a portal to sign in to?`,
      )
    : new BertEmbedError('DAMAGED_DOWNLOAD', `${url} has ${length} bytes, but ${path} has ${byteLength}.`)
}

async function getFrom(download: Download, start: number): Promise<Response> {
  if (start === 0) return get(download.url, download)
  try {
    return await get(download.url, { ...download, headers: { range: `bytes=${start}-` } })
  } catch (error) {
    // "Range not satisfiable": there is a way without ranges too.
    if (!(error instanceof HttpStatusError && error.status === 416)) throw error
    return get(download.url, download)
  }
}

/** The chunks of a body; of one with the whole file those from `start` on. */
async function* bodyChunks(
  response: Response,
  start: number,
  { signal, url, isLent, ...options }: Download & Pick<DownloadStart, 'isLent'>,
) {
  let skipBytes = start - rangeStart(response, start)
  const reader = response.body && (isLent ? lendingReader(response.body) : response.body.getReader())
  const breakOff = (cause: Error): never => {
    signal?.throwIfAborted()
    throw new BertEmbedError('NETWORK', `${url} broke off: ${reasonOf(cause)}`, { cause })
  }
  try {
    while (reader) {
      const { done, value } = await inTime(reader.read(), options).catch(breakOff)
      if (done) return
      const chunk = value.subarray(Math.min(skipBytes, value.byteLength))
      skipBytes -= value.byteLength - chunk.byteLength
      if (chunk.byteLength > 0) yield chunk
    }
  } finally {
    // Ends the download when the consumer stopped early; nothing to do when it has been read to its end.
    await reader?.cancel().catch(() => {})
  }
}

/**
 * The first byte of an answer: `content-range: bytes 100-199/200`, which another origin may hide from a page; then it is the
 * one that was asked for.
 */
function rangeStart({ status, headers }: Response, asked: number): number {
  if (status !== 206) return 0
  return Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1] ?? asked)
}

/** `content-length` counts the bytes on the wire: with an encoding it says nothing of the file's length. */
export function announcedLength(response: Response, start: number): number | undefined {
  const length = response.headers.get('content-length')
  if (length === null || response.headers.has('content-encoding')) return undefined
  return Number(length) + rangeStart(response, start)
}
