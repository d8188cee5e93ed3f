/** Makes the blocks of encoders as operators of a graph, with the layers of a dtype and attention for a device. */

import type { AttentionOptions, EmbeddingIndex, EmbeddingTable, EncoderBlocks } from '../encoder-blocks.js'
import { createAttention } from './attention.js'
import type { DeviceTraits } from './device-traits.js'
import { type GraphBuilder, lowestFloat32, type Value } from './graph-builder.js'
import type { LinearLayers } from './linear-layers.js'
import { onnxDataType } from './onnx-proto.js'
import type { AttentionKeys } from './padded-keys.js'
import type { WeightLoader } from './weight-loader.js'

/** Each int32 (batch, tokens). */
export interface EncoderInputs {
  readonly inputIds: Value
  readonly attentionMask: Value
  readonly tokenTypeIds: Value
}

/** The blocks that BERT does not need (`further-blocks.ts`). */
export interface FurtherBlocks
  extends Pick<EncoderBlocks<Value>, 'add' | 'multiply' | 'splitColumns' | 'rotate'> {
  /** A row of the table for each token: (1, width) or (batch, tokens, width). */
  embeddingRows(table: Value, index: Exclude<EmbeddingIndex, 'word' | 'tokenType' | 'position'>): Value
  /** Bias for attention scores, with the mask's: (batch, heads or 1, tokens, keys). */
  attentionBias(options: AttentionOptions): Value
}

/** The parts of a graph that further blocks need. */
export interface FurtherBlocksContext {
  readonly graph: GraphBuilder
  readonly inputs: EncoderInputs
  /** Loads a parameter that is small, or has to be exact. */
  readonly weight: WeightLoader
  /** int64 [batch, tokens, hidden] */
  readonly shape: Value
  /** Bias for attention scores: 0 where the mask is 1, the lowest float32 where it is 0; (batch, 1, tokens, keys). */
  readonly maskBias: Value
}

export type FurtherBlocksOf = (context: FurtherBlocksContext) => FurtherBlocks

export interface GraphBlocksOptions extends Omit<FurtherBlocksContext, 'maskBias'> {
  readonly layers: LinearLayers
  /** Traits of the device that the graph will run on. */
  readonly traits: DeviceTraits
  readonly keys: AttentionKeys
  readonly hiddenSize: number
  /** `undefined` for BERT, which calls none of them. */
  readonly furtherBlocks: FurtherBlocksOf | undefined
}

export function createGraphBlocks(options: GraphBlocksOptions): EncoderBlocks<Value> {
  const { graph, inputs, weight, layers } = options
  const maskBias = maskBiasOf(graph, inputs.attentionMask, options.keys)
  const further = options.furtherBlocks?.({ ...options, maskBias })
  const attention = createAttention(options)

  function embeddingRows({ name, rows, index }: EmbeddingTable, width: number): Value {
    if (index === 'word') return layers.lookUp(name, inputs.inputIds, { rows, width }) // (batch, tokens, width)
    if (index === 'tokenType') return layers.lookUp(name, inputs.tokenTypeIds, { rows, width })
    const table = weight(`${name}.weight`, [rows, width])
    if (index !== 'position') return further!.embeddingRows(table, index)
    const tokens = graph.op('Shape', [inputs.inputIds], { start: 1, end: 2 })
    return graph.op('Slice', [table, graph.ints([0]), tokens]) // (tokens, width)
  }

  return {
    ...further!,
    ...layers,
    embeddings(tables, width) {
      const sum = tables
        .map((table) => embeddingRows(table, width))
        .reduce((total, next) => graph.op('Add', [total, next]))
      return graph.op('Reshape', [sum, graph.ints([-1, width])])
    },
    attention(rows, scores) {
      return attention(rows, { heads: scores.heads, bias: further?.attentionBias(scores) ?? maskBias })
    },
  }
}

function maskBiasOf(graph: GraphBuilder, attentionMask: Value, keys: AttentionKeys): Value {
  const keyMask = keys.mask(attentionMask) // (batch, keys)
  const mask = graph.op('Cast', [keyMask], { to: onnxDataType.float32 })
  const masked = graph.op('Sub', [graph.floats([1]), mask])
  const bias = graph.op('Mul', [masked, graph.floats([lowestFloat32])]) // (batch, keys)
  const perKey = graph.op('Unsqueeze', [bias, graph.ints([1, 2])]) // (batch, 1, 1, keys)
  const batch = graph.op('Shape', [attentionMask], { start: 0, end: 1 })
  const tokens = graph.op('Shape', [attentionMask], { start: 1, end: 2 })
  const keyCount = graph.op('Shape', [keyMask], { start: 1, end: 2 })
  const full = graph.op('Concat', [batch, graph.ints([1]), tokens, keyCount], { axis: 0 })
  return graph.op('Expand', [perKey, full]) // (batch, 1, tokens, keys)
}
