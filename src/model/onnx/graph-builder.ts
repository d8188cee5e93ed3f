/** Builds an ONNX graph, one operator at a time. Values are identified by their names. */

import type {
  AttributeProto,
  GraphProto,
  ModelProto,
  NodeProto,
  OnnxDataType,
  TensorProto,
  ValueInfoProto,
} from './onnx-proto.js'

/** The name of a value in the graph. Only a graph builder creates one, so that other strings are a type error. */
export type Value = string & { readonly [valueBrand]: true }

declare const valueBrand: unique symbol

/**
 * Attributes by name. A number becomes an int, and a list of numbers becomes ints. A float is written `float(0.5)`,
 * because ONNX distinguishes the two types.
 */
export type Attributes = Readonly<Record<string, number | string | readonly number[] | FloatAttribute>>

interface FloatAttribute {
  readonly float: number
}

/** Marks an attribute as a float, even if it is a whole number. */
export function float(value: number): FloatAttribute {
  return { float: value }
}

/**
 * The number that PyTorch adds to masked attention scores (`torch.finfo(torch.float32).min`). Its exponential is
 * exactly 0.
 */
export const lowestFloat32 = -3.4028234663852886e38

export interface GraphBuilder {
  readonly opset: Opset
  input(name: string, dtype: OnnxDataType, shape: ValueInfoProto['shape']): Value
  output(name: string, value: Value, dtype: OnnxDataType, shape: ValueInfoProto['shape']): void
  initializer(tensor: TensorProto): Value
  /** Float32 numbers stored in the graph itself. */
  floats(values: readonly number[], shape?: readonly number[]): Value
  /** A uint8 number of shape [1], stored in the graph itself. */
  byte(value: number): Value
  /** Int64 numbers (shapes, axes) stored in the graph itself. */
  ints(values: readonly number[]): Value
  /** Adds an operator with one output, and returns the output. The input '' omits an optional input. */
  op(opType: string, inputs: readonly (Value | '')[], attributes?: Attributes): Value
  /** Like {@link op}, but adds an operator that only ONNX Runtime has (domain com.microsoft). */
  microsoftOp(opType: string, inputs: readonly (Value | '')[], attributes?: Attributes): Value
  build(name: string): ModelProto
}

/** Version of the standard operators. 20 is the first with Gelu. 23 has Attention and blockwise QuantizeLinear too. */
export type Opset = keyof typeof irVersions

/** The version of the ONNX file format (`ir_version`) for each opset. */
const irVersions = { 20: 9, 23: 11 } as const

export function createGraphBuilder(opset: Opset = 23): GraphBuilder {
  const inputs: ValueInfoProto[] = []
  const outputs: ValueInfoProto[] = []
  const initializers = new Map<string, TensorProto>()
  const nodes: NodeProto[] = []

  function addNode(
    domain: string,
    opType: string,
    ins: readonly (Value | '')[],
    attributes: Attributes = {},
  ): Value {
    const name = `${opType}_${nodes.length}`
    nodes.push({ opType, domain, name, inputs: ins, outputs: [name], attributes: toAttributes(attributes) })
    return name as Value
  }

  function initializer(tensor: TensorProto): Value {
    initializers.set(tensor.name, tensor)
    return tensor.name as Value
  }

  return {
    opset,
    input(name, dtype, shape) {
      inputs.push({ name, dtype, shape })
      return name as Value
    },
    output(name, value, dtype, shape) {
      nodes.push({ opType: 'Identity', domain: '', name, inputs: [value], outputs: [name], attributes: [] })
      outputs.push({ name, dtype, shape })
    },
    initializer,
    floats(values, shape = [values.length]) {
      const content = new Uint8Array(Float32Array.from(values).buffer)
      return initializer({
        name: `floats_${shape.join('x')}_${values.join('_')}`,
        dtype: 'float32',
        shape,
        content,
      })
    },
    byte(value) {
      return initializer({ name: `byte_${value}`, dtype: 'uint8', shape: [1], content: Uint8Array.of(value) })
    },
    ints(values) {
      const content = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
      return initializer({
        name: `ints_${values.join('_')}`,
        dtype: 'int64',
        shape: [values.length],
        content,
      })
    },
    op: (opType, ins, attributes) => addNode('', opType, ins, attributes),
    microsoftOp: (opType, ins, attributes) => addNode('com.microsoft', opType, ins, attributes),
    build(name) {
      const graph: GraphProto = { name, inputs, outputs, ...neededFor(outputs, nodes, initializers) }
      const opsetImports = [
        { domain: '', version: opset },
        { domain: 'com.microsoft', version: 1 },
      ]
      return { irVersion: irVersions[opset], producerName: 'bert-embed', opsetImports, graph }
    },
  }
}

/**
 * Keeps only the nodes and initializers that the outputs depend on; ONNX Runtime would compute the others too. In
 * `allNodes`, every node comes after the nodes whose outputs it reads.
 */
function neededFor(
  outputs: readonly ValueInfoProto[],
  allNodes: readonly NodeProto[],
  allInitializers: ReadonlyMap<string, TensorProto>,
): Pick<GraphProto, 'initializers' | 'nodes'> {
  const read = new Set(outputs.map(({ name }) => name))
  const nodes: NodeProto[] = []
  for (const node of [...allNodes].reverse()) {
    if (!node.outputs.some((output) => read.has(output))) continue
    nodes.push(node)
    for (const input of node.inputs) read.add(input)
  }
  const initializers = [...allInitializers.values()].filter(({ name }) => read.has(name))
  return { initializers, nodes: nodes.reverse() }
}

function toAttributes(attributes: Attributes): AttributeProto[] {
  return Object.entries(attributes).map(([name, value]): AttributeProto => {
    if (typeof value === 'number') return { name, type: 'int', value }
    if (typeof value === 'string') return { name, type: 'string', value }
    if ('float' in value) return { name, type: 'float', value: value.float }
    return { name, type: 'ints', value }
  })
}
