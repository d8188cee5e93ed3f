/**
 * Finds the parameters and LayerNorms of an encoder by building its graph, so that no architecture has to list them.
 */

import type { Encoder } from '../encoder.js'
import { traitsOf } from '../onnx/device-traits.js'
import { createEncoderBlocks } from '../onnx/encoder-blocks.js'
import { addInputs, encoderOutput } from '../onnx/encoder-graph.js'
import { createGraphBuilder, type Value } from '../onnx/graph-builder.js'
import type { NodeProto } from '../onnx/onnx-proto.js'
import { unpaddedKeys } from '../onnx/padded-keys.js'

export interface EncoderParameter {
  readonly shape: readonly number[]
  /**
   * A `matrix` is a factor of a product, rows of a `table` are looked up, and a `float` is small or has to be exact.
   */
  readonly role: 'matrix' | 'table' | 'float'
}

export interface EncoderTrace extends Pick<Encoder, 'prefix'> {
  /** Parameters of the graph by name. Matrices have PyTorch's shape: [to, from]. */
  readonly parameters: ReadonlyMap<string, EncoderParameter>
  /** LayerNorms by the names of their modules. */
  readonly norms: ReadonlyMap<string, TracedNorm>
}

export interface TracedNorm {
  readonly width: number
  readonly hasBias: boolean
  /** The rows that it normalises. */
  readonly input: Term
  /** Names of the matrices that multiply only its output. */
  readonly matrices: readonly string[]
}

/** Where the rows of a value come from. */
export type Term =
  /** Rows of a parameter, such as those of words or positions. */
  | { readonly type: 'rows'; readonly parameter: string }
  /** The product with a matrix. */
  | { readonly type: 'product'; readonly bias: string | undefined }
  | { readonly type: 'norm'; readonly norm: string }
  | { readonly type: 'sum'; readonly terms: readonly Term[] }
  | { readonly type: 'unknown' }

/** Operators that select or rearrange the content of their first input. */
const passThrough = ['Reshape', 'Slice', 'Gather', 'Unsqueeze', 'Identity']

export function traceEncoder(encoder: Encoder): EncoderTrace {
  const parameters = new Map<string, EncoderParameter>()
  const add = (role: EncoderParameter['role'], name: string, shape: readonly number[]) => {
    parameters.set(name, { shape, role })
    return name
  }
  const terms = new Map<Value, Term>()
  const norms = new Map<string, Omit<TracedNorm, 'input' | 'matrices'> & { readonly x: Value }>()
  /** For each matrix, the LayerNorms whose output it multiplies; `undefined` stands for other rows. */
  const readBy = new Map<string, Set<string | undefined>>()

  const graph = createGraphBuilder()
  /** Returns a new value, known to hold the rows of `term`. */
  const rowsOf = (term: Term, x: Value): Value => {
    const value = graph.op('Identity', [x])
    terms.set(value, term)
    return value
  }
  const blocks = createEncoderBlocks({
    graph,
    inputs: addInputs(graph),
    weight: (name, shape) => {
      const value = add('float', name, shape) as Value // the value of an initializer has the parameter's name
      terms.set(value, { type: 'rows', parameter: name })
      return value
    },
    layers: {
      linear(name, x, { from, to, bias: hasBias = true, residual }) {
        const matrix = add('matrix', `${name}.weight`, [to, from])
        const term = terms.get(x)
        const norm = term?.type === 'norm' ? term.norm : undefined
        readBy.set(matrix, (readBy.get(matrix) ?? new Set()).add(norm))
        const bias = hasBias ? add('float', `${name}.bias`, [to]) : undefined
        const rows = rowsOf({ type: 'product', bias }, x)
        return residual === undefined ? rows : graph.op('Add', [rows, residual])
      },
      lookUp(name, ids, { rows, width }) {
        const parameter = add('table', `${name}.weight`, [rows, width])
        return rowsOf({ type: 'rows', parameter }, ids)
      },
      layerNorm(name, x, { width, bias: hasBias = true }) {
        add('float', `${name}.weight`, [width])
        if (hasBias) add('float', `${name}.bias`, [width])
        if (!norms.has(name)) norms.set(name, { width, hasBias, x })
        return rowsOf({ type: 'norm', norm: name }, x)
      },
    },
    traits: traitsOf(),
    keys: unpaddedKeys,
    hiddenSize: encoder.hiddenSize,
  })
  const rows = encoder.lastHiddenState(blocks, encoder)
  graph.output(encoderOutput, rows, 'float32', ['rows', encoder.hiddenSize])

  const { nodes } = graph.build('trace').graph
  const nodeOf = new Map(nodes.map((node) => [node.outputs[0]!, node]))
  const matricesOf = (norm: string) =>
    [...readBy].filter(([, read]) => read.size === 1 && read.has(norm)).map(([matrix]) => matrix)
  return {
    prefix: encoder.prefix,
    parameters,
    norms: new Map(
      Array.from(norms, ([name, { x, ...norm }]) => [
        name,
        { ...norm, input: termOf(x, terms, nodeOf), matrices: matricesOf(name) },
      ]),
    ),
  }
}

function termOf(
  value: string,
  terms: ReadonlyMap<string, Term>,
  nodeOf: ReadonlyMap<string, NodeProto>,
): Term {
  const known = terms.get(value)
  if (known) return known
  const node = nodeOf.get(value)
  if (node?.opType === 'Add')
    return { type: 'sum', terms: node.inputs.map((input) => termOf(input, terms, nodeOf)) }
  if (node && passThrough.includes(node.opType)) return termOf(node.inputs[0]!, terms, nodeOf)
  return { type: 'unknown' }
}
