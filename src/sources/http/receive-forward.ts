/** Opens a file over HTTP that is read while it is downloaded, without storing it. */

import type { OriginalFile } from '../model-source.js'
import {
  announcedLength,
  checkVersion,
  type Download,
  downloadChunks,
  receive,
  requestFrom,
} from './download.js'
import { forwardFile } from './forward-file.js'
import { versionOf } from './http.js'
import { readRanges } from './read-ranges.js'

/**
 * Opens a file that is read while it is downloaded. If its length is unknown, the file is first downloaded into a Blob.
 *
 * @param check Passes the chunks on and throws if they are wrong.
 * @throws {BertEmbedError} the errors of `downloadChunks`
 */
export async function receiveForward(
  download: Download,
  response?: Response,
  check: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array> = (chunks) => chunks,
): Promise<OriginalFile> {
  const answer = response ?? (await requestFrom(download, 0))
  const byteLength = download.byteLength ?? announcedLength(answer, 0)
  if (byteLength === undefined) return receive(download, answer)
  const version = versionOf(answer)
  const open = (start: number) => openFrom(download, start, version)
  return {
    ...forwardFile(
      download.path,
      byteLength,
      check(downloadChunks(download, { response: answer, sharesBuffer: true })),
    ),
    readAhead: (ranges) => readRanges({ path: download.path, byteLength, open }, ranges),
  }
}

/**
 * Requests the file from byte `from` on, without progress events. A server without range support sends it from 0 on.
 */
async function openFrom(download: Download, from: number, version: string | undefined) {
  const response = await requestFrom(download, from)
  checkVersion(download, response, version)
  const start = response.status === 206 ? from : 0
  const quiet = { ...download, onProgress: undefined }
  return { start, chunks: downloadChunks(quiet, { start, response, sharesBuffer: true }) }
}
