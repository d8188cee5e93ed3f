/** Parses the Hub's description of a revision: its commit and its files. */

import { isJsonObject } from '../../checks/json.js'
import { BertEmbedError } from '../../errors.js'
import type { FileFacts } from '../cache/model-cache.js'

export interface HubListing {
  /** 40 hexadecimal digits. */
  readonly commit: string
  readonly files: ReadonlyMap<string, FileFacts>
}

export function isCommit(revision: string | undefined): boolean {
  return revision !== undefined && /^[0-9a-f]{40}$/.test(revision)
}

/**
 * Parses the response to `GET /api/models/{model}/revision/{revision}?blobs=true`:
 * `{ sha, siblings: [{ rfilename, size, blobId, lfs: { sha256 } }] }`. Mirrors may send only the names of the files.
 *
 * @throws {BertEmbedError} `HTTP_STATUS` if the text has another form.
 */
export function parseHubListing(text: string, url: URL): HubListing {
  const { sha, siblings } = parseObject(text)
  if (typeof sha !== 'string' || !isCommit(sha) || !Array.isArray(siblings))
    throw new BertEmbedError('HTTP_STATUS', `${url} did not answer like the Hub: is the endpoint a Hub?`)
  const files = siblings
    .filter(isJsonObject)
    .map(({ rfilename, size, blobId, lfs }): [unknown, FileFacts] => {
      // Git has only a pointer to a large file, so blobId would be the pointer's hash, not the file's.
      const hash = isJsonObject(lfs) ? lfs.sha256 : blobId
      return [
        rfilename,
        {
          byteLength: Number.isSafeInteger(size) ? (size as number) : undefined,
          hash: typeof hash === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(hash) ? hash : undefined,
        },
      ]
    })
  return {
    commit: sha,
    files: new Map(files.filter((entry): entry is [string, FileFacts] => typeof entry[0] === 'string')),
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}
