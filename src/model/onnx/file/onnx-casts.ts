/**
 * Puts casts around a graph, so that it takes int32 and returns float32. Exported graphs take int64, or a float mask,
 * and half-precision ones return float16.
 */

import {
  type NodeProto,
  type OnnxDataType,
  onnxDataType,
  type ValueInfoProto,
  writeNode,
  writeValueInfo,
} from '../onnx-proto.js'
import { createProtobufWriter, type ProtobufWriter } from '../protobuf-writer.js'
import type { OnnxValue } from './onnx-value.js'

export type ValueKind = 'input' | 'output'

const graphField = { node: 1, input: 11, output: 12 } as const

/** Types outside the casts, of inputs and of outputs. */
const outerTypes = { input: 'int32', output: 'float32' } as const satisfies Record<ValueKind, OnnxDataType>

/** Types inside that `Cast` can convert: whole numbers, floats and booleans for inputs; only floats for outputs. */
const castTypes: Readonly<Record<ValueKind, readonly number[]>> = {
  input: [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13],
  output: [1, 10, 11, 16],
}

/** Whether a value has the outer type, or can be cast to or from it. */
export function isCastable(kind: ValueKind, { elementType = 0 }: OnnxValue): boolean {
  return castTypes[kind].includes(elementType)
}

/** Name to feed or fetch for a value of the graph: the value itself, or the outer side of its cast. */
export function outerName(kind: ValueKind, value: OnnxValue): string {
  return needsCast(kind, value) ? `bert-embed/${value.name}` : value.name
}

/** Fields of a `GraphProto`: the new input or output, and the Cast node. */
export interface Cast {
  readonly value: Uint8Array
  readonly node: Uint8Array
}

/** Returns `undefined` for a value that needs no cast. */
export function castOf(kind: ValueKind, inner: OnnxValue): Cast | undefined {
  if (!needsCast(kind, inner)) return undefined
  const name = outerName(kind, inner)
  const ends = { input: [name, inner.name], output: [inner.name, name] }[kind]
  const to = kind === 'input' ? inner.elementType! : onnxDataType[outerTypes.output]
  const node: NodeProto = {
    opType: 'Cast',
    domain: '',
    name,
    inputs: [ends[0]!],
    outputs: [ends[1]!],
    attributes: [{ name: 'to', type: 'int', value: to }],
  }
  const value: ValueInfoProto = {
    name,
    dtype: outerTypes[kind],
    shape: inner.shape.length === 0 ? undefined : inner.shape.map((size, axis) => size ?? `${name}.${axis}`),
  }
  return {
    value: fieldOf(graphField[kind], writeValueInfo, value),
    node: fieldOf(graphField.node, writeNode, node),
  }
}

function needsCast(kind: ValueKind, value: OnnxValue): boolean {
  return isCastable(kind, value) && value.elementType !== onnxDataType[outerTypes[kind]]
}

function fieldOf<T>(number: number, write: (value: T, writer: ProtobufWriter) => void, value: T): Uint8Array {
  const writer = createProtobufWriter()
  writer.writeMessage(number, write, value)
  return writer.finish()
}
