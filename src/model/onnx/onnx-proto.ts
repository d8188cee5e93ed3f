/**
 * The part of the ONNX file format that the library writes, from plain objects to protobuf bytes.
 *
 * Field numbers are those of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3).
 */

import { createProtobufWriter, type ProtobufWriter } from './protobuf-writer.js'

/** `TensorProto.DataType`. */
export const onnxDataType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
} as const

export type OnnxDataType = keyof typeof onnxDataType

export interface ModelProto {
  readonly irVersion: number
  readonly producerName: string
  readonly opsetImports: readonly { readonly domain: string; readonly version: number }[]
  readonly graph: GraphProto
}

export interface GraphProto {
  readonly name: string
  readonly inputs: readonly ValueInfoProto[]
  readonly outputs: readonly ValueInfoProto[]
  readonly initializers: readonly TensorProto[]
  readonly nodes: readonly NodeProto[]
}

export interface ValueInfoProto {
  readonly name: string
  readonly dtype: OnnxDataType
  /** A string names a dimension that is only known at runtime. `undefined` leaves the number of dimensions open. */
  readonly shape: readonly (number | string)[] | undefined
}

export interface NodeProto {
  readonly opType: string
  readonly domain: string
  readonly name: string
  /** '' omits an optional input. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: readonly AttributeProto[]
}

export type AttributeProto =
  | { readonly name: string; readonly type: 'float' | 'int'; readonly value: number }
  | { readonly name: string; readonly type: 'string'; readonly value: string }
  | { readonly name: string; readonly type: 'ints'; readonly value: readonly number[] }

export interface TensorProto {
  readonly name: string
  readonly dtype: OnnxDataType
  readonly shape: readonly number[]
  /** Little-endian bytes in the model itself, or a byte range of another file. */
  readonly content: Uint8Array | ExternalData
}

/** A byte range of another file. `location` is how ONNX Runtime finds the file. */
export interface ExternalData {
  readonly location: string
  readonly byteOffset: number
  readonly byteLength: number
}

/** The bytes of an .onnx file. */
export function modelToBytes(model: ModelProto): Uint8Array {
  const writer = createProtobufWriter()
  writer.writeVarintField(1, model.irVersion)
  writer.writeStringField(2, model.producerName)
  writer.writeMessage(7, writeGraph, model.graph)
  for (const opset of model.opsetImports) {
    writer.writeMessage(
      8,
      ({ domain, version }, message) => {
        message.writeStringField(1, domain)
        message.writeVarintField(2, version)
      },
      opset,
    )
  }
  return writer.finish()
}

function writeGraph(graph: GraphProto, writer: ProtobufWriter): void {
  for (const node of graph.nodes) writer.writeMessage(1, writeNode, node)
  writer.writeStringField(2, graph.name)
  for (const tensor of graph.initializers) writer.writeMessage(5, writeTensor, tensor)
  for (const input of graph.inputs) writer.writeMessage(11, writeValueInfo, input)
  for (const output of graph.outputs) writer.writeMessage(12, writeValueInfo, output)
}

export function writeNode(node: NodeProto, writer: ProtobufWriter): void {
  for (const input of node.inputs) writer.writeStringField(1, input)
  for (const output of node.outputs) writer.writeStringField(2, output)
  writer.writeStringField(3, node.name)
  writer.writeStringField(4, node.opType)
  for (const attribute of node.attributes) writer.writeMessage(5, writeAttribute, attribute)
  if (node.domain) writer.writeStringField(7, node.domain)
}

/** `AttributeProto.AttributeType`. */
const attributeType = { float: 1, int: 2, string: 3, ints: 7 } as const

function writeAttribute(attribute: AttributeProto, writer: ProtobufWriter): void {
  writer.writeStringField(1, attribute.name)
  switch (attribute.type) {
    case 'float':
      writer.writeFloatField(2, attribute.value)
      break
    case 'int':
      writer.writeVarintField(3, attribute.value)
      break
    case 'string':
      writer.writeStringField(4, attribute.value)
      break
    case 'ints':
      for (const value of attribute.value) writer.writeVarintField(8, value)
      break
  }
  writer.writeVarintField(20, attributeType[attribute.type])
}

function writeTensor(tensor: TensorProto, writer: ProtobufWriter): void {
  for (const dimension of tensor.shape) writer.writeVarintField(1, dimension)
  writer.writeVarintField(2, onnxDataType[tensor.dtype])
  writer.writeStringField(8, tensor.name)
  if (tensor.content instanceof Uint8Array) {
    writer.writeBytesField(9, tensor.content)
    return
  }
  const { location, byteOffset, byteLength } = tensor.content
  const entries = { location, offset: `${byteOffset}`, length: `${byteLength}` }
  for (const entry of Object.entries(entries)) writer.writeMessage(13, writeStringEntry, entry)
  writer.writeVarintField(14, 1) // data_location = EXTERNAL
}

/** `StringStringEntryProto`. */
export function writeStringEntry([key, value]: readonly [string, string], writer: ProtobufWriter): void {
  writer.writeStringField(1, key)
  writer.writeStringField(2, value)
}

export function writeValueInfo(value: ValueInfoProto, writer: ProtobufWriter): void {
  writer.writeStringField(1, value.name)
  writer.writeMessage(2, writeTensorType, value)
}

/** `TypeProto { tensor_type: { elem_type, shape } }`. */
function writeTensorType(value: ValueInfoProto, writer: ProtobufWriter): void {
  writer.writeMessage(
    1,
    ({ dtype, shape }, tensorType) => {
      tensorType.writeVarintField(1, onnxDataType[dtype])
      if (shape) tensorType.writeMessage(2, writeShape, shape)
    },
    value,
  )
}

function writeShape(shape: readonly (number | string)[], writer: ProtobufWriter): void {
  for (const dimension of shape) writer.writeMessage(1, writeDimension, dimension)
}

function writeDimension(dimension: number | string, writer: ProtobufWriter): void {
  if (typeof dimension === 'number') writer.writeVarintField(1, dimension)
  else writer.writeStringField(2, dimension)
}
