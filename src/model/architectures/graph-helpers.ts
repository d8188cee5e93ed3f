/** Small parts of a graph that several architectures share. */

import type { EncoderBlocks } from '../onnx/encoder-blocks.js'
import type { Value } from '../onnx/graph-builder.js'
import { onnxDataType } from '../onnx/onnx-proto.js'

/**
 * Splits the result of a fused projection, such as that of query, key and value: (rows, width * parts) -> `parts`
 * values of (rows, width).
 */
export function splitColumns(
  { graph }: EncoderBlocks,
  x: Value,
  { width, parts }: { readonly width: number; readonly parts: number },
): Value[] {
  return Array.from({ length: parts }, (_, part) => {
    const [start, end] = [part * width, (part + 1) * width]
    return graph.op('Slice', [x, graph.ints([start]), graph.ints([end]), graph.ints([1])])
  })
}

/** Position of each key minus position of each query, in tokens: float32 (tokens, keys). */
export function keyDistances({ graph, maskBias }: EncoderBlocks): Value {
  const positions = (axis: number) => {
    const count = graph.op('Shape', [maskBias], { start: axis, end: axis + 1 })
    const end = graph.op('Reshape', [graph.op('Cast', [count], { to: onnxDataType.float32 }), graph.ints([])])
    return graph.op('Range', [graph.floats([0], []), end, graph.floats([1], [])])
  }
  const queries = graph.op('Unsqueeze', [positions(2), graph.ints([1])]) // (tokens, 1)
  return graph.op('Sub', [positions(3), queries])
}
