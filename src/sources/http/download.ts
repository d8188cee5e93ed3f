/** Downloads a file over HTTP, chunk by chunk, and resumes an interrupted download. */

import { BertEmbedError } from '../../errors.js'
import { blobFile, type ModelFile, type OpenOptions } from '../model-source.js'
import { consumeChunks } from './consume-chunks.js'
import {
  type GetOptions,
  get,
  HttpStatusError,
  isPage,
  reasonOf,
  versionOf,
  waitToRetry,
  withTimeout,
} from './http.js'
import { sharedBufferReader } from './shared-buffer-reader.js'

/** The file to download, and the options of its requests. */
export interface Download extends GetOptions, OpenOptions {
  /** The file's path within the model. */
  readonly path: string
  readonly url: URL
  /**
   * Set if the bytes at the URL never change, as at a commit of the Hub. A download from any other URL resumes only if
   * the server sends the same version (ETag or date) again.
   */
  readonly isPinned?: boolean | undefined
  /** The file's length, if it is known before the download. */
  readonly byteLength?: number | undefined
  /** Passes the chunks of the whole file on, and throws if they are wrong. */
  readonly check?: ((chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) | undefined
}

/** How a download starts. */
export interface DownloadStart {
  /** Number of bytes to skip at the start of the file. @default 0 */
  readonly start?: number | undefined
  /** A response that was already received, with the whole file or with its bytes from `start` on. */
  readonly response?: Response | undefined
  /** Whether a chunk may become invalid when the next one is requested, so that all can share memory. @default false */
  readonly sharesBuffer?: boolean | undefined
}

/**
 * Yields a file's bytes from `start` on and reports progress.
 *
 * @throws {BertEmbedError} the errors of `get`; `NETWORK` for a download that keeps breaking off, `DAMAGED_DOWNLOAD` if
 * the length is wrong, `HTTP_STATUS` for 404 and for a web page in place of the file.
 */
export async function* downloadChunks(
  download: Download,
  { start = 0, response, sharesBuffer }: DownloadStart = {},
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
      for await (const chunk of bodyChunks(answer, loadedBytes, { ...download, sharesBuffer })) {
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

/** Yields the bytes of a whole file, and checks them. @throws {BertEmbedError} the errors of `downloadChunks` and of `check` */
export function checkedChunks(
  download: Download,
  start: Omit<DownloadStart, 'start'>,
): AsyncIterable<Uint8Array> {
  const chunks = downloadChunks(download, start)
  return download.check?.(chunks) ?? chunks
}

/** Downloads a file into a Blob. @throws {BertEmbedError} the errors of `checkedChunks` */
export async function receive(download: Download, response?: Response): Promise<ModelFile> {
  const chunks = checkedChunks(download, { response })
  return blobFile(download.path, await consumeChunks(chunks, (stream) => new Response(stream).blob()))
}

/** @throws {BertEmbedError} `DAMAGED_DOWNLOAD` if the response has another version of a file that is not pinned. */
export function checkVersion(
  { isPinned, url }: Download,
  answer: Response,
  version: string | undefined,
): void {
  if (isPinned || versionOf(answer) === version) return
  throw new BertEmbedError('DAMAGED_DOWNLOAD', `${url} changed while it was downloaded: try again.`)
}

/** Requests a file from byte `start` on. The response has the file from there on, or all of it. */
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
    // 416 "Range not satisfiable": request the whole file instead.
    if (!(error instanceof HttpStatusError && error.status === 416)) throw error
    return get(download.url, download)
  }
}

/**
 * Yields the file's bytes from `start` on. If the response has the whole file, the bytes before `start` are skipped.
 */
async function* bodyChunks(
  response: Response,
  start: number,
  { signal, url, sharesBuffer, ...options }: Download & Pick<DownloadStart, 'sharesBuffer'>,
) {
  let skipBytes = start - rangeStart(response, start)
  const reader =
    response.body && (sharesBuffer ? sharedBufferReader(response.body) : response.body.getReader())
  const breakOff = (cause: Error): never => {
    signal?.throwIfAborted()
    throw new BertEmbedError('NETWORK', `${url} broke off: ${reasonOf(cause)}`, { cause })
  }
  try {
    while (reader) {
      const { done, value } = await withTimeout(reader.read(), options).catch(breakOff)
      if (done) return
      const chunk = value.subarray(Math.min(skipBytes, value.byteLength))
      skipBytes -= value.byteLength - chunk.byteLength
      if (chunk.byteLength > 0) yield chunk
    }
  } finally {
    // Ends the download if the consumer stopped early. Does nothing after the end of the body.
    await reader?.cancel().catch(() => {})
  }
}

/**
 * The position in the file of a response's first byte, from a header such as `content-range: bytes 100-199/200`. A
 * browser may hide the header of another origin; then the requested position is assumed.
 */
function rangeStart({ status, headers }: Response, requested: number): number {
  if (status !== 206) return 0
  return Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1] ?? requested)
}

/**
 * The file's length by the header `content-length`. A response with a `content-encoding` has no usable length, because
 * the header counts the encoded bytes.
 */
export function announcedLength(response: Response, start: number): number | undefined {
  const length = response.headers.get('content-length')
  if (length === null || response.headers.has('content-encoding')) return undefined
  return Number(length) + rangeStart(response, start)
}
