/** Gets a file over HTTP that is read while it comes in, of which nothing is kept. */

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
 * A file that is read while it comes in; in a Blob where nobody says how long it is.
 *
 * @param check Looks at the chunks as they pass.
 * @throws {BertEmbedError} as `downloadChunks` does
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
      check(downloadChunks(download, { response: answer, isLent: true })),
    ),
    readAhead: (ranges) => readRanges({ path: download.path, byteLength, open }, ranges),
  }
}

/** The file from `from` on, without progress; from 0 on where the server does not know ranges. */
async function openFrom(download: Download, from: number, version: string | undefined) {
  const response = await requestFrom(download, from)
  checkVersion(download, response, version)
  const start = response.status === 206 ? from : 0
  const quiet = { ...download, onProgress: undefined }
  return { start, chunks: downloadChunks(quiet, { start, response, isLent: true }) }
}
