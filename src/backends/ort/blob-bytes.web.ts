/** Weights that stay in a Blob, on disk where the browser keeps it there, until ONNX Runtime asks for a stretch. */

import { freeMemory } from '../../free-memory.js'

/** Global in workers only, so that only their type library has it. */
declare const FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer }

/** What is read at once: the browser holds a stretch twice while it reads it. */
const stretchBytes = 4 * 1024 * 1024

/**
 * An array that reads from a Blob when a part of it is taken. onnxruntime-web copies each tensor of an external file
 * with `file.subarray(start, end)` into its own memory, so the file itself never has to be in memory a second time: each
 * part is good until the next one is taken.
 *
 * Only in workers: the synchronous FileReader that this needs is not in pages.
 */
export class BlobBytes extends Uint8Array {
  readonly #blob: Blob
  readonly #reader = new FileReaderSync()
  #taken = new ArrayBuffer(0)

  constructor(blob: Blob) {
    super(0)
    this.#blob = blob
  }

  override get byteLength(): number {
    return this.#blob.size
  }

  override subarray(start = 0, end = this.#blob.size): Uint8Array<ArrayBuffer> {
    this.free()
    const bytes = new Uint8Array(end - start)
    for (let at = start; at < end; at += stretchBytes) {
      const stretch = this.#reader.readAsArrayBuffer(this.#blob.slice(at, Math.min(end, at + stretchBytes)))
      bytes.set(new Uint8Array(stretch), at - start)
      freeMemory([stretch])
    }
    this.#taken = bytes.buffer
    return bytes
  }

  /** Frees the part that was taken last. */
  free(): void {
    freeMemory([this.#taken])
    this.#taken = new ArrayBuffer(0)
  }
}

/** Whether this thread can read a Blob synchronously. */
export function canReadBlobs(): boolean {
  return typeof FileReaderSync === 'function'
}
