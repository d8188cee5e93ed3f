/** Makes the blocks of encoders as operators of a graph, with the layers of a dtype and attention for a device. */

import type { EmbeddingTable, EncoderBlocks } from '../encoder-blocks.js'
import { createAttention } from './attention.js'
import type { DeviceTraits } from './device-traits.js'
import { createAttentionBias } from './distance-biases.js'
import { type GraphBuilder, lowestFloat32, type Value } from './graph-builder.js'
import type { GraphContext } from './graph-context.js'
import type { LinearLayers } from './linear-layers.js'
import { onnxDataType } from './onnx-proto.js'
import type { AttentionKeys } from './padded-keys.js'
import { positionsAfterPadding } from './positions-after-padding.js'
import { createRotary } from './rotary.js'

export interface GraphBlocksOptions extends Omit<GraphContext, 'maskBias'> {
  readonly layers: LinearLayers
  /** Traits of the device that the graph will run on. */
  readonly traits: DeviceTraits
  readonly keys: AttentionKeys
  readonly hiddenSize: number
}

export function createGraphBlocks(options: GraphBlocksOptions): EncoderBlocks<Value> {
  const { graph, inputs, weight, layers } = options
  const maskBias = maskBiasOf(graph, inputs.attentionMask, options.keys)
  const context = { graph, inputs, weight, shape: options.shape, maskBias }
  const attention = createAttention(options)
  const attentionBias = createAttentionBias(context)

  /** (1, width), (tokens, width) or (batch, tokens, width) */
  function embeddingRows({ name, rows, index }: EmbeddingTable, width: number): Value {
    if (index === 'word') return layers.lookUp(name, inputs.inputIds, { rows, width })
    if (index === 'tokenType') return layers.lookUp(name, inputs.tokenTypeIds, { rows, width })
    const table = weight(`${name}.weight`, [rows, width])
    if (index === 'first') return graph.op('Slice', [table, graph.ints([0]), graph.ints([1])])
    if (index === 'position') {
      const tokens = graph.op('Shape', [inputs.inputIds], { start: 1, end: 2 })
      return graph.op('Slice', [table, graph.ints([0]), tokens])
    }
    return graph.op('Gather', [table, positionsAfterPadding(graph, inputs.inputIds, index.afterPadding)])
  }

  return {
    ...layers,
    add: (a, b) => graph.op('Add', [a, b]),
    multiply: (a, b) => graph.op('Mul', [a, b]),
    splitColumns: (x, { width, parts }) =>
      Array.from({ length: parts }, (_, part) => {
        const [start, end] = [part * width, (part + 1) * width]
        return graph.op('Slice', [x, graph.ints([start]), graph.ints([end]), graph.ints([1])])
      }),
    rotate: createRotary(context),
    embeddings(tables, width) {
      const sum = tables
        .map((table) => embeddingRows(table, width))
        .reduce((total, next) => graph.op('Add', [total, next]))
      return graph.op('Reshape', [sum, graph.ints([-1, width])])
    },
    attention: (rows, scores) => attention(rows, { heads: scores.heads, bias: attentionBias(scores) }),
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
