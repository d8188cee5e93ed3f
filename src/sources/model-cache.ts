/** The port behind which downloaded files are kept: a directory on disk, a browser's Cache API, or one's own. */

import type { ModelFile } from './model-source.js'

/** A file of one version of a model. */
export interface CachedFile {
  /** A name on the Hub, or a base URL. */
  readonly model: string
  /** On the Hub a commit, 40 hexadecimal digits; elsewhere what the server calls the file's version (its ETag). */
  readonly version: string
  readonly path: string
}

export interface ModelCache {
  /** The version that a label (on the Hub a branch or tag, else a path) stood for when it was last written. */
  readVersion(model: string, label: string): Promise<string | undefined>
  writeVersion(model: string, label: string, version: string): Promise<void>
  open(file: CachedFile): Promise<ModelFile | undefined>
  /**
   * Keeps all of `chunks` or, when they throw, nothing.
   *
   * @throws {BertEmbedError} `CACHE_FAILED` when there is no room or no permission, and what `chunks` throws.
   */
  store(file: CachedFile, chunks: AsyncIterable<Uint8Array>): Promise<ModelFile>
}
