/** Fills up the keys of attention to a multiple of 4, so that what is added up does not depend on a batch's longest text. */

import type { GraphBuilder, Value } from './graph-builder.js'

export interface AttentionKeys {
  /** int32 (batch, tokens) -> (batch, keys). What is added is masked. */
  mask(attentionMask: Value): Value
  /** (batch, tokens, hidden) -> (batch, keys, hidden). What is added is 0. */
  rows(rows: Value): Value
}

/** Every token is a key, and no other. */
export const unpaddedKeys: AttentionKeys = { mask: (attentionMask) => attentionMask, rows: (rows) => rows }

/**
 * Outside x86, ONNX Runtime adds up a softmax by fours and the rest one by one. A text's rest may stand among the fours
 * when it is padded, and its sum then differs in the last bit: with numbers of 8 bits, whose rounding may tip over, that
 * would be 1e-3. Of a multiple of 4 nothing is left over.
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
