/** Writes the header of a safetensors file (https://huggingface.co/docs/safetensors). */

import { byteLengthOf, type SafetensorsDtype, safetensorsPrefixBytes } from './safetensors.js'

export interface SafetensorsEntry {
  readonly name: string
  readonly dtype: SafetensorsDtype
  readonly shape: readonly number[]
}

export interface WrittenHeader {
  /** The bytes before the tensors: the header's length and the header. */
  readonly header: Uint8Array
  /** Length of the whole file. */
  readonly byteLength: number
}

/** Writes the start of a file. The tensors' bytes have to follow in the order of `entries`, without gaps. */
export function writeSafetensorsHeader(
  entries: readonly SafetensorsEntry[],
  metadata: Readonly<Record<string, string>>,
): WrittenHeader {
  const fields: Record<string, unknown> = { __metadata__: metadata }
  let dataByteLength = 0
  for (const { name, dtype, shape } of entries) {
    const start = dataByteLength
    dataByteLength += byteLengthOf(dtype, shape)!
    fields[name] = { dtype, shape, data_offsets: [start, dataByteLength] }
  }
  const json = new TextEncoder().encode(JSON.stringify(fields))
  const padded = Math.ceil(json.byteLength / 8) * 8 // the data begins at a multiple of 8, as in files by the format's own writer
  const header = new Uint8Array(safetensorsPrefixBytes + padded).fill(0x20 /* space */)
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true)
  header.set(json, safetensorsPrefixBytes)
  return { header, byteLength: header.byteLength + dataByteLength }
}
