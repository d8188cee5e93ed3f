/** The port behind which downloaded files are kept: a directory on disk, a browser's Cache API, or one's own. */

import type { ModelFile, OpenOptions } from '../model-source.js'

/** A file of one version of a model. */
export interface CachedFile {
  /** A name on the Hub, or a base URL. */
  readonly model: string
  /** On the Hub a commit, 40 hexadecimal digits; elsewhere what the server calls the file's version (its ETag). */
  readonly version: string
  readonly path: string
}

/** What is known of a file from elsewhere: a cache that can checks that it is this. */
export interface FileFacts {
  readonly byteLength?: number | undefined
  /** In hexadecimal: the SHA-256 of its bytes (64 digits), or Git's own hash of it, a SHA-1 (40 digits). */
  readonly hash?: string | undefined
}

/** The bytes of a file from `start` on. Each chunk is there only until the next one is asked for. */
export type ChunksFrom = (start: number) => AsyncIterable<Uint8Array>

export interface ModelCache {
  /** The version that a label (on the Hub a branch or tag, else a path) stood for when it was last written. */
  readVersion(model: string, label: string): Promise<string | undefined>
  writeVersion(model: string, label: string, version: string): Promise<void>
  /** The file, if it is kept whole; one that is not what is known of it is taken for none. */
  open(file: CachedFile & FileFacts): Promise<ModelFile | undefined>
  /**
   * Keeps all of the file or, when its chunks throw, nothing that counts as the file. Asks for no chunks when it turns out to be there
   * already, and for those it lacks when the first ones are left of a download that was cut.
   *
   * @throws {BertEmbedError} `CACHE_FAILED` when there is no room or no permission, `DAMAGED_DOWNLOAD` when it is not what
   * is known of it, and what the chunks throw.
   */
  store(
    file: CachedFile & FileFacts,
    chunksFrom: ChunksFrom,
    options?: Pick<OpenOptions, 'signal'>,
  ): Promise<ModelFile>
  /** Remembers that this version of the model has no such file, which is not the same as never to have asked for it. */
  markAbsent(file: CachedFile): Promise<void>
  isMarkedAbsent(file: CachedFile): Promise<boolean>
  /** Passes chunks on, and throws `DAMAGED_DOWNLOAD` at their end when they are not what is known of the file. */
  check?(path: string, facts: FileFacts, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
}
