/** The port for a cache of downloaded files. The package has caches for a directory and a browser's Cache API. */

import type { ModelFile, OpenOptions } from '../model-source.js'

/** Identifies a file of one version of a model. */
export interface CachedFile {
  /** The model's name on the Hub, or its base URL. */
  readonly model: string
  /** On the Hub, a commit of 40 hexadecimal digits; for a URL, the file's ETag or its last-modified date. */
  readonly version: string
  readonly path: string
}

/** The expected length and hash of a file. A cache checks files against them as far as it can. */
export interface FileFacts {
  readonly byteLength?: number | undefined
  /** In hexadecimal: the SHA-256 of the file's bytes (64 digits), or Git's SHA-1 blob hash (40 digits). */
  readonly hash?: string | undefined
}

/** Returns the bytes of a file from `start` on. Each chunk is valid only until the next one is requested. */
export type ChunksFrom = (start: number) => AsyncIterable<Uint8Array>

/** A store of downloaded files, and of which version of a model is the current one. */
export interface ModelCache {
  /**
   * Returns the version last written for a label; `undefined` if there is none. The label is a branch or a tag for a
   * model of the Hub, and a file's path for a base URL.
   */
  readVersion(model: string, label: string): Promise<string | undefined>
  /** Makes `version` the current version of a label. */
  writeVersion(model: string, label: string, version: string): Promise<void>
  /** Opens a file that was stored completely. Returns `undefined` if it is absent, or differs from the facts. */
  open(file: CachedFile & FileFacts): Promise<ModelFile | undefined>
  /**
   * Stores the file completely. If the chunks throw, the file stays absent. Requests no chunks if the file is already
   * stored, and only the missing ones if an interrupted download left its beginning.
   *
   * @throws {BertEmbedError} `CACHE_FAILED` if there is no space or no permission, `DAMAGED_DOWNLOAD` if the file
   * differs from the facts, and the errors of the chunks.
   */
  store(
    file: CachedFile & FileFacts,
    chunksFrom: ChunksFrom,
    options?: Pick<OpenOptions, 'signal'>,
  ): Promise<ModelFile>
  /** Records that this version of the model does not have the file, so that it can be told from one never requested. */
  markAbsent(file: CachedFile): Promise<void>
  /** Whether the file is known not to exist in this version of the model. */
  isMarkedAbsent(file: CachedFile): Promise<boolean>
  /** Passes chunks on unchanged. Throws `DAMAGED_DOWNLOAD` after the last one if they differ from the facts. */
  check?(path: string, facts: FileFacts, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
}
