/** Gets a file over HTTP that is read while it comes in, of which nothing is kept. */

import type { OriginalFile } from './derived-file.js'
import { announcedLength, type Download, downloadChunks, receive, requestFrom } from './download.js'
import { forwardFile } from './forward-file.js'

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
  return forwardFile(
    download.path,
    byteLength,
    check(downloadChunks(download, { response: answer, isLent: true })),
  )
}
