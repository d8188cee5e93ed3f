/** Pooling at the end of the graph, so that a run returns one vector per text, not one per token. */

import { maxPooledOutput, pooledOutput, poolingWeightsInput } from '../encoder-tensors.js'
import type { GraphBuilder, Value } from './graph-builder.js'
import { onnxDataType } from './onnx-proto.js'

export interface PoolingOptions {
  /** (batch, tokens, hidden) */
  readonly lastHiddenState: Value
  /** int32 (batch, tokens) */
  readonly attentionMask: Value
  readonly hiddenSize: number
  readonly maxPooling: boolean
}

/** Adds the input and the outputs of pooling to a graph. `tensor/pooling.ts` is the reference for their values. */
export function addPooling(graph: GraphBuilder, options: PoolingOptions): void {
  const { lastHiddenState, hiddenSize } = options
  const weights = graph.input(poolingWeightsInput, 'float32', ['batch', 'modes', 'tokens'])
  const pooled = graph.op('MatMul', [weights, lastHiddenState]) // (batch, modes, hidden)
  graph.output(pooledOutput, pooled, 'float32', ['batch', 'modes', hiddenSize])
  if (options.maxPooling)
    graph.output(maxPooledOutput, maxOverTokens(graph, options), 'float32', ['batch', hiddenSize])
}

function maxOverTokens(graph: GraphBuilder, { lastHiddenState, attentionMask }: PoolingOptions): Value {
  const isToken = graph.op('Cast', [attentionMask], { to: onnxDataType.bool }) // (batch, tokens)
  const perValue = graph.op('Unsqueeze', [isToken, graph.ints([2])]) // (batch, tokens, 1)
  const tokens = graph.op('Where', [perValue, lastHiddenState, graph.floats([Number.NEGATIVE_INFINITY])])
  const max = graph.op('ReduceMax', [tokens, graph.ints([1])], { keepdims: 0 }) // (batch, hidden)
  const hasTokens = graph.op('ReduceMax', [attentionMask, graph.ints([1])], { keepdims: 1 }) // (batch, 1)
  return graph.op('Where', [graph.op('Cast', [hasTokens], { to: onnxDataType.bool }), max, graph.floats([0])])
}
