/** Biases for attention scores that depend on the distance between query and key, as operators. */

import type { AttentionOptions, RelativeBias } from '../encoder-blocks.js'
import { lowestFloat32, type Value } from './graph-builder.js'
import type { GraphContext } from './graph-context.js'
import { onnxDataType } from './onnx-proto.js'

/** Layers with the same options share their bias. */
export function createAttentionBias(context: GraphContext): (options: AttentionOptions) => Value {
  const known = new Map<string, Value>()
  return (options) => {
    const key = `${options.heads} ${options.window} ${options.relativeBias?.name}`
    const bias = known.get(key) ?? attentionBias(context, options)
    known.set(key, bias)
    return bias
  }
}

function attentionBias(context: GraphContext, { heads, window, relativeBias }: AttentionOptions): Value {
  const { graph, maskBias } = context
  const full =
    relativeBias === undefined
      ? maskBias
      : graph.op('Add', [relativeScores(context, relativeBias, heads), maskBias])
  return window === undefined ? full : localBias(context, full, window)
}

/**
 * The bias of a layer with sliding attention: `bias` for keys within the window, the lowest float32 for others. A
 * padding token attends at least to itself, because operators differ in the softmax of a row that is fully masked.
 */
function localBias(context: GraphContext, bias: Value, window: number): Value {
  const { graph } = context
  const distances = graph.op('Abs', [keyDistances(context)]) // (tokens, keys)
  const isWithin = (distance: number) => graph.op('LessOrEqual', [distances, graph.floats([distance], [])])
  const near = graph.op('Where', [isWithin(window), bias, graph.floats([lowestFloat32], [])])
  return graph.op('Where', [isWithin(0), graph.floats([0], []), near]) // (batch, heads or 1, tokens, keys)
}

/** Looks up a row of the table for each distance; each head has a column: (1, heads, tokens, keys). */
function relativeScores(context: GraphContext, bias: RelativeBias, heads: number): Value {
  const { graph, weight } = context
  const { maxDistance } = bias
  const table = weight(bias.name, [bias.rows, heads])
  const byDistance = graph.op('Gather', [table, graph.ints(bias.rowsByDistance)]) // (distances, heads)
  const clipped = graph.op('Clip', [
    keyDistances(context),
    graph.floats([-maxDistance], []),
    graph.floats([maxDistance], []),
  ])
  const index = graph.op('Add', [clipped, graph.floats([maxDistance])])
  const ids = graph.op('Cast', [index], { to: onnxDataType.int32 }) // (tokens, keys)
  const perHead = graph.op('Transpose', [graph.op('Gather', [byDistance, ids])], { perm: [2, 0, 1] })
  return graph.op('Unsqueeze', [perHead, graph.ints([0])])
}

/** Position of each key minus position of each query, in tokens: float32 (tokens, keys). */
function keyDistances({ graph, maskBias }: GraphContext): Value {
  const positions = (axis: number) => {
    const count = graph.op('Shape', [maskBias], { start: axis, end: axis + 1 })
    const end = graph.op('Reshape', [graph.op('Cast', [count], { to: onnxDataType.float32 }), graph.ints([])])
    return graph.op('Range', [graph.floats([0], []), end, graph.floats([1], [])])
  }
  const queries = graph.op('Unsqueeze', [positions(2), graph.ints([1])]) // (tokens, 1)
  return graph.op('Sub', [positions(3), queries])
}
