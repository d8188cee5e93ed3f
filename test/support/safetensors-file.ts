/** Builds the bytes of valid and invalid safetensors files. */

import type { SafetensorsFile } from '../../src/model/safetensors/safetensors.js'

/** Returns a file with this header (text, bytes, or a value to be written as JSON) and this number of data bytes. */
export function safetensorsBytes(header: unknown, dataByteLength: number): Uint8Array {
  const json =
    header instanceof Uint8Array
      ? header
      : new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + dataByteLength)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  return bytes
}

/** A file in memory that records which ranges were read. */
export function fileOf(bytes: Uint8Array): SafetensorsFile & { readonly reads: [number, number][] } {
  const reads: [number, number][] = []
  return {
    path: 'model.safetensors',
    byteLength: bytes.byteLength,
    reads,
    async read(start, end) {
      reads.push([start, end])
      return bytes.subarray(start, end)
    },
  }
}
