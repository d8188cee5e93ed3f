/** Reads weights from a Blob on demand, so that they stay on disk until ONNX Runtime copies them. */

import { freeMemory } from '../../free-memory.js'

/** Declared here because only TypeScript's library for workers has it. */
declare const FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer }

/** Number of bytes per read. The browser holds the bytes twice during a read, so a read should be small. */
const readBytes = 4 * 1024 * 1024

/**
 * An array whose `subarray` reads from a Blob. onnxruntime-web copies each tensor of an external file into WebAssembly
 * memory with `file.subarray(start, end)`, so the complete file never has to be in JavaScript memory. Each subarray is
 * valid until the next call.
 *
 * Works only in workers, because pages do not have the synchronous FileReader.
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
    for (let position = start; position < end; position += readBytes) {
      const part = this.#blob.slice(position, Math.min(end, position + readBytes))
      const buffer = this.#reader.readAsArrayBuffer(part)
      bytes.set(new Uint8Array(buffer), position - start)
      freeMemory([buffer])
    }
    this.#taken = bytes.buffer
    return bytes
  }

  /** Frees the memory of the last subarray. */
  free(): void {
    freeMemory([this.#taken])
    this.#taken = new ArrayBuffer(0)
  }
}

/** Whether this thread has a synchronous FileReader. */
export function canReadBlobs(): boolean {
  return typeof FileReaderSync === 'function'
}
