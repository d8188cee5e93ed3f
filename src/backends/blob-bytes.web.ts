/** Weights that stay in a Blob, on disk where the browser keeps it there, until ONNX Runtime asks for a stretch. */

/** Global in workers only, so that only their type library has it. */
declare const FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer }

/**
 * An array that reads from a Blob when a part of it is taken. onnxruntime-web copies each tensor of an external file
 * with `file.subarray(start, end)` into its own memory, so the file itself never has to be in memory a second time.
 *
 * Only in workers: the synchronous FileReader that this needs is not in pages.
 */
export class BlobBytes extends Uint8Array {
  readonly #blob: Blob
  readonly #reader = new FileReaderSync()

  constructor(blob: Blob) {
    super(0)
    this.#blob = blob
  }

  override get byteLength(): number {
    return this.#blob.size
  }

  override subarray(start = 0, end = this.#blob.size): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#reader.readAsArrayBuffer(this.#blob.slice(start, end)))
  }
}

/** Whether this thread can read a Blob synchronously. */
export function canReadBlobs(): boolean {
  return typeof FileReaderSync === 'function'
}
