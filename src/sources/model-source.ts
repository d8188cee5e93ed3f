/** The port for a model's files. The package has sources for a directory, the Hub, a URL and memory. */

import { explainWrongFile } from '../checks/explain-wrong-file.js'
import { BertEmbedError } from '../errors.js'

/** The files of one model, addressed by their paths in its Hugging Face Hub repository. */
export interface ModelSource {
  /** The model's name in error messages. */
  readonly name: string
  /**
   * Opens the file at `path`, such as `config.json` or `1_Pooling/config.json`. Returns `undefined` if the model does
   * not have the file.
   *
   * @throws {BertEmbedError} if the source cannot get the file, or cannot tell whether it exists.
   */
  open(path: string, options?: OpenFileOptions): Promise<ModelFile | undefined>
  /**
   * Opens the result of applying `derivation` to the file at `path`. A source with a cache keeps the result there and
   * reuses it. Returns `undefined` if the model does not have the file.
   *
   * If a source does not implement `derive`, the file is opened with `open` and the result stays in memory.
   *
   * @throws {BertEmbedError} the errors of `open` and of the derivation.
   */
  derive?(path: string, derivation: Derivation, options?: OpenOptions): Promise<ModelFile | undefined>
  /**
   * Called when every needed file is open. From then on this revision may be used offline; until then an interrupted
   * download leaves the previous revision in place.
   */
  complete?(): Promise<void>
  /**
   * Returns the paths of the model's files, for error messages, without downloading a file. A source that cannot list
   * its files returns the members of `likely` that exist.
   */
  list?(likely: readonly string[], options?: OpenOptions): Promise<readonly string[]>
  /**
   * Returns the error for a required file that `open` did not find, if the source knows more about the reason.
   *
   * @param what What is missing. The message reads: the model's name, "has no", `what`.
   */
  notFound?(what: string): BertEmbedError | undefined
}

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
}

export interface OpenFileOptions extends OpenOptions {
  /** Set for a file that is known in advance. Its bytes at this path never change. */
  readonly expected?: ExpectedFile | undefined
}

/** What a file has to be. A source that downloads files checks it; any source may ignore it. */
export interface ExpectedFile {
  readonly byteLength: number
  /** Passes the chunks of the whole file on, and throws if they are wrong. */
  check(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
}

/** The progress of one file's download. */
export interface DownloadProgress {
  readonly type: 'download'
  readonly file: string
  readonly loadedBytes: number
  /** The file's length; `undefined` if the server does not send it. */
  readonly totalBytes: number | undefined
  /** The average rate since the download began. */
  readonly bytesPerSecond: number
}

/** An open file of a model. A backend that can use `content` itself does not read the weights through `read`. */
export interface ModelFile {
  /** The file's path within the model. */
  readonly path: string
  readonly byteLength: number
  /** Where the bytes are. A backend can use them there without a copy. */
  readonly content: FileContent
  /** Returns the bytes from `start` (inclusive) to `end` (exclusive). */
  read(start: number, end: number): Promise<Uint8Array>
}

/** The place of a file's bytes: in memory, in a Blob, or on disk. */
export type FileContent =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'blob'; readonly blob: Blob }
  /** An absolute path on disk. */
  | { readonly type: 'path'; readonly path: string }

/** A way to make a new file from a file of a model, such as quantised weights. */
export interface Derivation {
  /** Identifies the derivation in a cache. Must change whenever the result's bytes change. */
  readonly name: string
  /** Makes the new file. `original` can only be read forwards, except through `readAhead`. */
  make(
    original: OriginalFile,
  ): Promise<{ readonly byteLength: number; readonly chunks: AsyncIterable<Uint8Array> }>
  /** Checks whether a cached result is complete. An incomplete result is made again. */
  accept(cached: ModelFile): Promise<boolean>
}

/** The file that a {@link Derivation} reads. */
export interface OriginalFile extends Pick<ModelFile, 'path' | 'byteLength' | 'read'> {
  /**
   * Reads small ranges further on in the file without moving the position of `read`. The ranges must be in ascending
   * order. A file without `readAhead` can be read in any order through `read`.
   */
  readAhead?(ranges: readonly ByteRange[]): Promise<readonly Uint8Array[]>
  /** Releases the file. Safe to call before the file was read to its end. */
  close?(): Promise<void>
}

/** A range of bytes: `start` is inclusive, `end` is exclusive. */
export type ByteRange = readonly [start: number, end: number]

/** Returns the error for a missing required file. The message reads: the model's name, "has no", `what`. */
export function fileNotFound(source: Pick<ModelSource, 'name' | 'notFound'>, what: string): BertEmbedError {
  return source.notFound?.(what) ?? new BertEmbedError('FILE_NOT_FOUND', `${source.name} has no ${what}`)
}

/** Creates a file whose bytes are in memory. */
export function bytesFile(path: string, bytes: Uint8Array): ModelFile {
  return {
    path,
    byteLength: bytes.byteLength,
    content: { type: 'bytes', bytes },
    read: async (start, end) => bytes.subarray(start, end),
  }
}

/** Creates a file over a Blob, which a browser may keep on disk. */
export function blobFile(path: string, blob: Blob): ModelFile {
  return {
    path,
    byteLength: blob.size,
    content: { type: 'blob', blob },
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  }
}

/** Maximum length of a text file. The largest published tokenizer.json (XLM-RoBERTa, Gemma) have 9 to 35 MB. */
const maxTextBytes = 128 * 1024 * 1024

/**
 * Reads a text file. Returns `undefined` if the model does not have it.
 *
 * @throws {BertEmbedError} `FILE_TOO_LARGE`, `INVALID_TEXT_FILE`, and the errors of the source.
 */
export async function readText(
  source: ModelSource,
  path: string,
  options?: OpenOptions,
): Promise<string | undefined> {
  const file = await source.open(path, options)
  if (!file) return undefined
  if (file.byteLength > maxTextBytes)
    throw new BertEmbedError(
      'FILE_TOO_LARGE',
      `${source.name}: ${path} has ${file.byteLength} bytes; at most ${maxTextBytes} are read.`,
    )
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.read(0, file.byteLength))
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new BertEmbedError('INVALID_TEXT_FILE', `${source.name}: ${path} is not UTF-8 text.`, { cause })
  }
}

/**
 * Reads a JSON file. Returns `undefined` if the model does not have it.
 *
 * @param parse Parses the text, or throws if it is not valid. @default JSON.parse
 * @throws {BertEmbedError} `INVALID_JSON`, and what {@link readText} throws.
 */
export async function readJson(
  source: ModelSource,
  path: string,
  options?: OpenOptions,
  parse: (text: string) => unknown = JSON.parse,
): Promise<unknown> {
  const text = await readText(source, path, options)
  if (text === undefined) return undefined
  try {
    return await parse(text)
  } catch (cause) {
    throw new BertEmbedError(
      'INVALID_JSON',
      `${source.name}: ${path} is not JSON. ${explainWrongFile(text)}`,
      {
        cause,
      },
    )
  }
}
