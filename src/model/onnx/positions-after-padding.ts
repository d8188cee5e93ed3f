/** RoBERTa's positions, which start at the row after the padding token's, as operators. */

import type { GraphBuilder, Value } from './graph-builder.js'
import { onnxDataType } from './onnx-proto.js'

/** @param inputIds int32 (batch, tokens); the result has the same type and shape. */
export function positionsAfterPadding(graph: GraphBuilder, inputIds: Value, padTokenId: number): Value {
  const padId = graph.op('Cast', [graph.ints([padTokenId])], { to: onnxDataType.int32 })
  const isPad = graph.op('Equal', [inputIds, padId])
  const isToken = graph.op('Cast', [graph.op('Not', [isPad])], { to: onnxDataType.int32 })
  const count = graph.op('CumSum', [isToken, graph.ints([1])])
  return graph.op('Add', [graph.op('Mul', [count, isToken]), padId])
}
