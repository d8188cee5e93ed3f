/** The embedding layer: the embeddings of words, token types and positions, added and normalised. */

import type { EncoderPart } from '../encoder.js'
import type { EncoderBlocks } from '../onnx/encoder-blocks.js'
import type { Value } from '../onnx/graph-builder.js'

/** Module of the word embeddings, in nearly every architecture. */
export const wordEmbeddings = 'embeddings.word_embeddings'

export interface EmbeddingsOptions {
  readonly part: EncoderPart
  readonly width: number
  readonly layerNormEps: number
  /** `undefined` for an architecture without token types. */
  readonly typeVocabSize?: number | undefined
  /** Other embeddings to add, such as position embeddings: each (tokens, width) or (batch, tokens, width). */
  readonly added?: readonly Value[] | undefined
  /** Module of the LayerNorm. @default 'embeddings.LayerNorm' */
  readonly norm?: string | undefined
}

/** Adds the embedding layer. Returns a row for each token of all texts: (batch * tokens, width). */
export function embeddings(blocks: EncoderBlocks, options: EmbeddingsOptions): Value {
  const { graph, inputs } = blocks
  const { part, width, layerNormEps, typeVocabSize, added = [], norm = 'embeddings.LayerNorm' } = options
  const words = blocks.lookUp(wordEmbeddings, inputs.inputIds, { rows: part.vocabSize, width }) // (batch, tokens, width)
  const types =
    typeVocabSize === undefined
      ? []
      : [
          blocks.lookUp('embeddings.token_type_embeddings', inputs.tokenTypeIds, {
            rows: typeVocabSize,
            width,
          }),
        ]
  const sum = [...types, ...added].reduce((total, next) => graph.op('Add', [total, next]), words)
  const rows = graph.op('Reshape', [sum, graph.ints([-1, width])])
  return blocks.layerNorm(norm, rows, { width, epsilon: layerNormEps })
}

/** The same, with a position embedding: the first token gets row 0 of the table, the next one row 1. */
export function positionedEmbeddings(
  blocks: EncoderBlocks,
  { maxPositionEmbeddings: rows, added = [], ...options }: PositionedEmbeddingsOptions,
): Value {
  const positions = absolutePositions(blocks, { rows, width: options.width })
  return embeddings(blocks, { ...options, added: [positions, ...added] })
}

export interface PositionedEmbeddingsOptions extends EmbeddingsOptions {
  readonly maxPositionEmbeddings: number
}

export interface PositionTable {
  readonly rows: number
  readonly width: number
}

export const positionTable = 'embeddings.position_embeddings.weight'

/** The first rows of the table, one per token: (tokens, width). */
function absolutePositions({ graph, inputs, weight }: EncoderBlocks, table: PositionTable): Value {
  const tokens = graph.op('Shape', [inputs.inputIds], { start: 1, end: 2 })
  return graph.op('Slice', [weight(positionTable, [table.rows, table.width]), graph.ints([0]), tokens])
}
