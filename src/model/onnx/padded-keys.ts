/**
 * Pads the keys of attention to a multiple of 4, so that sums do not depend on the length of the longest text in the
 * batch.
 */

import type { GraphBuilder, Value } from './graph-builder.js'

export interface AttentionKeys {
  /** int32 (batch, tokens) -> (batch, keys). Added keys are masked. */
  mask(attentionMask: Value): Value
  /** (batch, tokens, hidden) -> (batch, keys, hidden). Added rows are 0. */
  rows(rows: Value): Value
}

/** Every token is a key, and nothing is added. */
export const unpaddedKeys: AttentionKeys = { mask: (attentionMask) => attentionMask, rows: (rows) => rows }

/**
 * Outside x86, ONNX Runtime sums a softmax in groups of four, and the remainder one by one. When padding makes a text
 * longer, its remainder may become part of a group, and the sum may differ in the last bit. With 8-bit numbers, whose
 * rounding may then change, the difference would be 1e-3. A multiple of 4 has no remainder.
 */
export function paddedKeys(graph: GraphBuilder, inputIds: Value): AttentionKeys {
  const tokens = graph.op('Shape', [inputIds], { start: 1, end: 2 })
  const missing = graph.op('Mod', [graph.op('Neg', [tokens]), graph.ints([4])]) // 0 to 3
  const maskPads = graph.op('Concat', [graph.ints([0, 0, 0]), missing], { axis: 0 })
  const rowPads = graph.op('Concat', [graph.ints([0, 0, 0, 0]), missing, graph.ints([0])], { axis: 0 })
  return {
    mask: (attentionMask) => graph.op('Pad', [attentionMask, maskPads]),
    rows: (rows) => graph.op('Pad', [rows, rowPads]),
  }
}
