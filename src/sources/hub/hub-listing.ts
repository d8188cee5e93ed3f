/** What the Hub says of one revision of a model: its commit, and which files it has. */

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
 * Parses the answer to `GET /api/models/{model}/revision/{revision}?blobs=true`:
 * `{ sha, siblings: [{ rfilename, size, blobId, lfs: { sha256 } }] }`. Mirrors leave out all but the names.
 *
 * @throws {BertEmbedError} `HTTP_STATUS` when it is something else.
 */
export function parseHubListing(text: string, url: URL): HubListing {
  const { sha, siblings } = parseObject(text)
  if (typeof sha !== 'string' || !isCommit(sha) || !Array.isArray(siblings))
    throw new BertEmbedError('HTTP_STATUS', `${url} did not answer as the Hub does: is it one?`)
  const files = siblings
    .filter(isJsonObject)
    .map(({ rfilename, size, blobId, lfs }): [unknown, FileFacts] => {
      // A large file's bytes are not in Git, which holds a pointer to them: their SHA-256.
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
