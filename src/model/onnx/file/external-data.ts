/** Reads where the values of an .onnx file's tensor are: `TensorProto`'s fields for external data. */

import { contentOf, type ProtobufField, type ProtobufReader } from './protobuf-reader.js'

/** Offset, length and others, by name, as they stand in the file. */
export type ExternalEntries = readonly (readonly [key: string, value: string])[]

/** The fields of a `TensorProto` that determine its number of bytes. */
export interface TensorSize {
  readonly dims: readonly number[]
  /** A `TensorProto.DataType`. */
  readonly elementType: number
}

/**
 * Offset of the byte after a tensor's last byte. Without an offset the tensor begins at 0; without a length, its size
 * determines the length.
 *
 * @throws {RangeError} for an offset or a length that is not a number
 */
export function endOf(entries: ExternalEntries, size: TensorSize): number {
  const numberOf = (wanted: string) => {
    const value = entries.find(([key]) => key === wanted)?.[1]
    if (value === undefined) return undefined
    if (/^\d{1,15}$/.test(value)) return Number(value)
    throw new RangeError(`a tensor has the ${wanted} ${JSON.stringify(value)}`)
  }
  return (numberOf('offset') ?? 0) + (numberOf('length') ?? byteLengthOf(size))
}

/** Reads dimensions of a tensor. Files have a field for each, or all packed into one. */
export async function readDims(reader: ProtobufReader, field: ProtobufField): Promise<number[]> {
  if (!field.isMessage) return [field.value]
  const dims: number[] = []
  let value = 0
  let scale = 1
  for (const byte of await reader.bytes(contentOf(field))) {
    value += (byte & 0x7f) * scale
    scale *= 0x80
    if (byte >= 0x80) continue
    dims.push(value)
    value = 0
    scale = 1
  }
  return dims
}

/** Bits per element, by `TensorProto.DataType`. For other types nothing is checked here; the runtime decides. */
const bitsOf: Readonly<Record<number, number>> = {
  1: 32,
  2: 8,
  3: 8,
  4: 16,
  5: 16,
  6: 32,
  7: 64,
  9: 8,
  10: 16,
  11: 64,
  12: 32,
  13: 64,
  14: 64,
  15: 128,
  16: 16,
  17: 8,
  18: 8,
  19: 8,
  20: 8,
  21: 4,
  22: 4,
  23: 4,
}

function byteLengthOf({ dims, elementType }: TensorSize): number {
  return Math.ceil((dims.reduce((count, dim) => count * dim, 1) * (bitsOf[elementType] ?? 0)) / 8)
}
