/**
 * The port between architectures and what computes them: the blocks that every encoder is made of.
 *
 * An architecture calls the blocks, and a maker implements them: `onnx/graph-blocks.ts` adds operators to a graph,
 * `conversion/encoder-trace.ts` records parameters.
 *
 * `Rows` is a maker's type for a float32 matrix. Its rows are the tokens of all texts, padding included: n = batch *
 * tokens. The options are plain data. A block is called without `this`.
 */

import type { HiddenAct } from './activation-names.js'
import type { RotaryAngles } from './rotary-angles.js'

export interface EncoderBlocks<Rows> {
  /** The sum of one row of each table for each token, added in the order of the tables: (n, width). */
  embeddings(tables: readonly EmbeddingTable[], width: number): Rows
  /** x W^T + b of the module `name`: (n, from) -> (n, to). PyTorch stores W as (to, from). */
  linear(name: string, x: Rows, size: LinearSize<Rows>): Rows
  /** Layer normalisation (https://arxiv.org/abs/1607.06450) of the module `name`: (n, width) to the same. */
  layerNorm(name: string, x: Rows, options: LayerNormOptions): Rows
  /** Applies the function to each value. */
  activation(x: Rows, name: HiddenAct): Rows
  /** a + b, value by value. */
  add(a: Rows, b: Rows): Rows
  /** a * b, value by value. */
  multiply(a: Rows, b: Rows): Rows
  /**
   * Splits the result of a fused projection, such as that of query, key and value: (n, width * parts) -> `parts` values
   * of (n, width).
   */
  splitColumns(x: Rows, options: { readonly width: number; readonly parts: number }): readonly Rows[]
  /** Rotates the queries or the keys of every head by angles that grow with the position: (n, hidden) to the same. */
  rotate(x: Rows, angles: RotaryAngles): Rows
  /**
   * Scaled dot-product attention (https://arxiv.org/abs/1706.03762, section 3.2) within each text. The attention mask
   * hides the keys of padding. Returns (n, hidden).
   */
  attention(rows: AttentionRows<Rows>, options: AttentionOptions): Rows
}

/** The parameter `${name}.weight`, of shape (rows, width). */
export interface EmbeddingTable {
  /** Name of the module, such as `embeddings.word_embeddings`. */
  readonly name: string
  readonly rows: number
  readonly index: EmbeddingIndex
}

/** Which row of a table a token gets. */
export type EmbeddingIndex =
  /** The row of its id. */
  | 'word'
  /** The row of its token type. */
  | 'tokenType'
  /** The row of its position in the text, from 0. */
  | 'position'
  /** Row 0 for every token. */
  | 'first'
  /**
   * The row of its position, counted from the row after this id, the padding token's. Tokens with that id get its row
   * and are not counted. The attention mask is ignored (`create_position_ids_from_input_ids` in transformers).
   */
  | { readonly afterPadding: number }

export interface LinearSize<Rows> {
  readonly from: number
  readonly to: number
  /** Whether the module has a bias. @default true */
  readonly bias?: boolean | undefined
  /** Rows (n, to) to add to the result: the residual connection. */
  readonly residual?: Rows | undefined
  /**
   * Whether the same vector may be missing from every row of the result. Softmax ignores such an offset of the keys.
   *
   * @default false
   */
  readonly ignoresOffset?: boolean | undefined
}

export interface LayerNormOptions {
  readonly width: number
  readonly epsilon: number
  /** Whether the module has a bias. @default true */
  readonly bias?: boolean | undefined
}

/** The rows that attention reads, each (n, hidden). */
export interface AttentionRows<Rows> {
  readonly query: Rows
  readonly key: Rows
  readonly value: Rows
}

export interface AttentionOptions {
  readonly heads: number
  /** Maximum distance between query and key, in tokens: sliding attention. @default every token is a key */
  readonly window?: number | undefined
  readonly relativeBias?: RelativeBias | undefined
}

/** A number to add to the score of query and key, from a table with a column for each head: (rows, heads). */
export interface RelativeBias {
  /** Name of the table, a parameter. */
  readonly name: string
  readonly rows: number
  /** Larger distances count as this one. */
  readonly maxDistance: number
  /** The row for each distance, key's position minus query's, from -maxDistance to maxDistance. */
  readonly rowsByDistance: readonly number[]
}
