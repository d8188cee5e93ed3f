/** RoBERTa's positions, which start at the row after the padding token's. MPNet and others use them too. */

import type { EncoderBlocks } from '../onnx/encoder-blocks.js'
import type { Value } from '../onnx/graph-builder.js'
import { onnxDataType } from '../onnx/onnx-proto.js'
import { type PositionTable, positionTable } from './embeddings.js'

export interface PaddingAwareTable extends PositionTable {
  readonly padTokenId: number
}

/** Maximum number of tokens: the rows up to the padding token's are not positions. */
export function maxTokensAfterPadding({
  rows,
  padTokenId,
}: Pick<PaddingAwareTable, 'rows' | 'padTokenId'>): number {
  return rows - padTokenId - 1
}

/**
 * A row of the table for each token: (batch, tokens, width). Tokens with the padding token's id get its row and are not
 * counted. The attention mask is ignored (`create_position_ids_from_input_ids` in transformers).
 */
export function positionsAfterPadding(blocks: EncoderBlocks, table: PaddingAwareTable): Value {
  const { graph, inputs, weight } = blocks
  const padId = graph.op('Cast', [graph.ints([table.padTokenId])], { to: onnxDataType.int32 })
  const isPad = graph.op('Equal', [inputs.inputIds, padId])
  const isToken = graph.op('Cast', [graph.op('Not', [isPad])], { to: onnxDataType.int32 }) // (batch, tokens)
  const count = graph.op('CumSum', [isToken, graph.ints([1])])
  const positions = graph.op('Add', [graph.op('Mul', [count, isToken]), padId]) // (batch, tokens)
  return graph.op('Gather', [weight(positionTable, [table.rows, table.width]), positions])
}
