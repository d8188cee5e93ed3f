/** RoBERTa's positions, which start at the row after the padding token's. MPNet and others use them too. */

import type { EmbeddingTable } from '../encoder-blocks.js'
import { positionEmbeddings } from './embeddings.js'

export interface PaddingAwarePositions {
  /** Number of rows of the table. */
  readonly rows: number
  readonly padTokenId: number
}

/** Maximum number of tokens: the rows up to the padding token's are not positions. */
export function maxTokensAfterPadding({ rows, padTokenId }: PaddingAwarePositions): number {
  return rows - padTokenId - 1
}

export function positionsAfterPadding({ rows, padTokenId }: PaddingAwarePositions): EmbeddingTable {
  return { name: positionEmbeddings, rows, index: { afterPadding: padTokenId } }
}
