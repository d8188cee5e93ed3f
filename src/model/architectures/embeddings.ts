/** The embedding layer: the embeddings of words, token types and positions, added and normalised. */

import type { EncoderPart } from '../encoder.js'
import type { EmbeddingTable, EncoderBlocks } from '../encoder-blocks.js'

/** Module of the word embeddings, in nearly every architecture. */
export const wordEmbeddings = 'embeddings.word_embeddings'

/** Module of the position embeddings, in every architecture that has them. */
export const positionEmbeddings = 'embeddings.position_embeddings'

export interface EmbeddingsOptions {
  readonly part: EncoderPart
  readonly width: number
  readonly layerNormEps: number
  /** `undefined` for an architecture without token types. */
  readonly typeVocabSize?: number | undefined
  /** Other tables to add, such as position embeddings. */
  readonly added?: readonly EmbeddingTable[] | undefined
  /** Module of the LayerNorm. @default 'embeddings.LayerNorm' */
  readonly norm?: string | undefined
}

/** Returns a row for each token of all texts: (batch * tokens, width). */
export function embeddings<Rows>(blocks: EncoderBlocks<Rows>, options: EmbeddingsOptions): Rows {
  const { part, width, layerNormEps, typeVocabSize, added = [], norm = 'embeddings.LayerNorm' } = options
  const tables: EmbeddingTable[] = [{ name: wordEmbeddings, rows: part.vocabSize, index: 'word' }]
  if (typeVocabSize !== undefined)
    tables.push({ name: 'embeddings.token_type_embeddings', rows: typeVocabSize, index: 'tokenType' })
  const sum = blocks.embeddings([...tables, ...added], width)
  return blocks.layerNorm(norm, sum, { width, epsilon: layerNormEps })
}

/** The same, with a position embedding: the first token gets row 0 of the table, the next one row 1. */
export function positionedEmbeddings<Rows>(
  blocks: EncoderBlocks<Rows>,
  { maxPositionEmbeddings: rows, added = [], ...options }: PositionedEmbeddingsOptions,
): Rows {
  const positions: EmbeddingTable = { name: positionEmbeddings, rows, index: 'position' }
  return embeddings(blocks, { ...options, added: [positions, ...added] })
}

export interface PositionedEmbeddingsOptions extends EmbeddingsOptions {
  readonly maxPositionEmbeddings: number
}
