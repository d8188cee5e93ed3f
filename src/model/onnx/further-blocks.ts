/** The blocks that BERT does not need. A page loads them on demand, when a model has another architecture. */

import { createAttentionBias } from './distance-biases.js'
import type { FurtherBlocks, FurtherBlocksContext } from './graph-blocks.js'
import { positionsAfterPadding } from './positions-after-padding.js'
import { createRotary } from './rotary.js'

export function createFurtherBlocks(context: FurtherBlocksContext): FurtherBlocks {
  const { graph, inputs } = context
  return {
    add: (a, b) => graph.op('Add', [a, b]),
    multiply: (a, b) => graph.op('Mul', [a, b]),
    splitColumns: (x, { width, parts }) =>
      Array.from({ length: parts }, (_, part) => {
        const [start, end] = [part * width, (part + 1) * width]
        return graph.op('Slice', [x, graph.ints([start]), graph.ints([end]), graph.ints([1])])
      }),
    rotate: createRotary(context),
    embeddingRows(table, index) {
      if (index === 'first') return graph.op('Slice', [table, graph.ints([0]), graph.ints([1])])
      return graph.op('Gather', [table, positionsAfterPadding(graph, inputs.inputIds, index.afterPadding)])
    },
    attentionBias: createAttentionBias(context),
  }
}
