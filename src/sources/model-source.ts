/** The port through which a model's files come: a directory, the Hub, memory, or a source of one's own. */

import { explainWrongFile } from '../checks/explain-wrong-file.js'
import { BertEmbedError } from '../errors.js'

/** A checkpoint's files, by their names within it, as the Hugging Face Hub lays them out. */
export interface ModelSource {
  /** What errors call the model. */
  readonly name: string
  /**
   * The file at `path` (such as `config.json` or `1_Pooling/config.json`), or `undefined` when the model has none.
   *
   * @throws {BertEmbedError} when the source cannot tell, or cannot get it.
   */
  open(path: string, options?: OpenOptions): Promise<ModelFile | undefined>
  /**
   * What `derivation` makes of the file at `path`, kept for the next time where the source keeps files; `undefined` when
   * the model has no such file. A source without this has its files opened, and what is made of them stays in memory.
   *
   * @throws {BertEmbedError} as `open` does, and what the derivation throws.
   */
  derive?(path: string, derivation: Derivation, options?: OpenOptions): Promise<ModelFile | undefined>
  /**
   * Says that all that is needed was opened: from now on this version of the model may stand for it without a network.
   * A download that breaks off before leaves the version before it in force.
   */
  complete?(): Promise<void>
  /**
   * The paths of the files that there are, for messages: none is downloaded for it. A source that cannot list them gives
   * those of `likely` that are there.
   */
  list?(likely: readonly string[], options?: OpenOptions): Promise<readonly string[]>
  /**
   * The error for a file that has to be there and that `open` did not have, where the source knows more of it.
   *
   * @param what What is missing, as a message goes on after the model's name and "has no".
   */
  notFound?(what: string): BertEmbedError | undefined
}

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
}

/** How far the download of one file has come. */
export interface DownloadProgress {
  readonly type: 'download'
  readonly file: string
  readonly loadedBytes: number
  /** `undefined` when the server does not say. */
  readonly totalBytes: number | undefined
  /** Since the download began. */
  readonly bytesPerSecond: number
}

/** One file, read in stretches; weights are never read whole where the backend can get at them itself. */
export interface ModelFile {
  /** The file's name within the model. */
  readonly path: string
  readonly byteLength: number
  /** Where a backend can get at the bytes without a copy through this interface. */
  readonly content: FileContent
  /** The bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>
}

export type FileContent =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'blob'; readonly blob: Blob }
  /** An absolute path on disk. */
  | { readonly type: 'path'; readonly path: string }

/** A file made from a model's file, such as quantised weights. */
export interface Derivation {
  /** Identifies the result among all derivations of a file. A change of the result's bytes needs a new name. */
  readonly name: string
  /** Makes the file. `original` can be read forwards only, except through `readAhead`. */
  make(
    original: OriginalFile,
  ): Promise<{ readonly byteLength: number; readonly chunks: AsyncIterable<Uint8Array> }>
  /** Whether a cached result is complete. */
  accept(kept: ModelFile): Promise<boolean>
}

/** A model's file while another file is derived from it. */
export interface OriginalFile extends Pick<ModelFile, 'path' | 'byteLength' | 'read'> {
  /**
   * Reads small ranges that lie further on, in ascending order, where `read` only goes forwards. Without it, `read` takes
   * any range.
   */
  readAhead?(ranges: readonly ByteRange[]): Promise<readonly Uint8Array[]>
  /** Releases the file. Safe to call before it was read to its end. */
  close?(): Promise<void>
}

/** From the first byte up to, not including, the second. */
export type ByteRange = readonly [start: number, end: number]

/** The error for a file that has to be there: `what`, after the model's name and "has no". */
export function fileNotFound(source: Pick<ModelSource, 'name' | 'notFound'>, what: string): BertEmbedError {
  return source.notFound?.(what) ?? new BertEmbedError('FILE_NOT_FOUND', `${source.name} has no ${what}`)
}

/** A file whose bytes are in memory. */
export function bytesFile(path: string, bytes: Uint8Array): ModelFile {
  return {
    path,
    byteLength: bytes.byteLength,
    content: { type: 'bytes', bytes },
    read: async (start, end) => bytes.subarray(start, end),
  }
}

/** A file in a Blob, which a browser may keep on disk. */
export function blobFile(path: string, blob: Blob): ModelFile {
  return {
    path,
    byteLength: blob.size,
    content: { type: 'blob', blob },
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  }
}

/**
 * The largest text file of a model we read. The largest tokenizer.json published (XLM-RoBERTa, Gemma) are 9 to 35 MB.
 */
const maxTextBytes = 128 * 1024 * 1024

/**
 * The text of a small file, or `undefined` when the model has none.
 *
 * @throws {BertEmbedError} `FILE_TOO_LARGE`, `INVALID_TEXT_FILE`, and what the source throws.
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
 * The parsed JSON of a small file, or `undefined` when the model has none.
 *
 * @param parse Parses the text, or throws. @default JSON.parse
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
