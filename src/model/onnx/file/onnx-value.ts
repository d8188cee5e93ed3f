/** What a graph takes or gives, as its file says. */

import { contentOf, type ProtobufReader, type Span } from './protobuf-reader.js'

export interface OnnxValue {
  readonly name: string
  /** A `TensorProto.DataType`; `undefined` when it is no tensor. */
  readonly elementType: number | undefined
  /** `undefined` for a dimension without a fixed size; empty where the file says nothing of it. */
  readonly shape: readonly (number | undefined)[]
}

const valueField = { name: 1, type: 2 } as const

/** A `ValueInfoProto`: its name, and of a tensor its elements' type and its shape. */
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
