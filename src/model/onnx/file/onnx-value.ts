/** Reads an input or output of a graph from its file. */

import { contentOf, type ProtobufReader, type Span } from './protobuf-reader.js'

export interface OnnxValue {
  readonly name: string
  /** A `TensorProto.DataType`; `undefined` when the value is not a tensor. */
  readonly elementType: number | undefined
  /** `undefined` for a dimension without a fixed size. Empty if the file does not contain the shape. */
  readonly shape: readonly (number | undefined)[]
}

const valueField = { name: 1, type: 2 } as const

/** Reads a `ValueInfoProto`: its name, and for a tensor its element type and shape. */
export async function readOnnxValue(reader: ProtobufReader, value: Span): Promise<OnnxValue> {
  let name = ''
  let elementType: number | undefined
  const shape: (number | undefined)[] = []
  for await (const field of reader.fields(value)) {
    if (field.number === valueField.name) name = await reader.text(contentOf(field))
    if (field.number !== valueField.type) continue
    for await (const tensorType of reader.fields(contentOf(field))) {
      if (tensorType.number !== 1 || !tensorType.isMessage) continue
      for await (const part of reader.fields(contentOf(tensorType)))
        if (part.number === 1) elementType = part.value
        else if (part.number === 2)
          for await (const dimension of reader.fields(contentOf(part)))
            shape.push(await readDimension(reader, contentOf(dimension)))
    }
  }
  return { name, elementType, shape }
}

async function readDimension(reader: ProtobufReader, dimension: Span): Promise<number | undefined> {
  // Some exporters write -1 or 0 for a size that is not fixed.
  for await (const field of reader.fields(dimension))
    if (field.number === 1 && field.value > 0 && field.value < 2 ** 31) return field.value
  return undefined
}
