/** The encoding of a text, and its assembly from the text's tokens and the special tokens of a template. */

import type { Tokens } from './models/tokenizer-model.js'

/** The tokens of a text or a pair of texts, without padding. All lists have one entry per token. */
export interface Encoding {
  readonly ids: Int32Array
  /** Token types: in most tokenizers 0, and 1 for the second text of a pair. */
  readonly tokenTypeIds: Int32Array
  readonly tokens: readonly string[]
  /** 1 for special tokens such as [CLS] and [SEP], 0 for a token of the text. */
  readonly specialTokensMask: Uint8Array
  /** Number of tokens of the text or pair that were removed by truncation. */
  readonly truncatedTokens: number
}

/** The token that fills rows up to the length of their batch. */
export interface PadToken {
  readonly id: number
  readonly token: string
  readonly typeId: number
}

export type PaddingSide = 'left' | 'right'

/** One piece of a template: a special token, or the place of a text (0 is the first, 1 the second of a pair). */
export type TemplatePiece =
  | { readonly token: string; readonly id: number; readonly typeId: number }
  | { readonly text: 0 | 1; readonly typeId: number }

/** Templates of an encoding, for one text and for a pair: the special tokens and texts in their order. */
export interface Templates {
  readonly single: readonly TemplatePiece[]
  readonly pair: readonly TemplatePiece[]
}

/** Number of special tokens in a template. */
export function countSpecialTokens(template: readonly TemplatePiece[]): number {
  return template.filter((piece) => 'token' in piece).length
}

const noTokens: readonly string[] = []

/** Puts the tokens of one text or of a pair into their template. */
export function assembleEncoding(
  template: readonly TemplatePiece[],
  texts: readonly [Tokens, Tokens],
  truncatedTokens: number,
): Encoding {
  const length = template.reduce(
    (sum, piece) => sum + ('token' in piece ? 1 : texts[piece.text].ids.length),
    0,
  )
  const ids = new Int32Array(length)
  const tokenTypeIds = new Int32Array(length)
  const specialTokensMask = new Uint8Array(length)
  let start = 0
  for (const piece of template) {
    const isSpecial = 'token' in piece
    const pieceIds = isSpecial ? [piece.id] : texts[piece.text].ids
    const end = start + pieceIds.length
    ids.set(pieceIds, start)
    if (isSpecial) specialTokensMask[start] = 1
    if (piece.typeId !== 0) tokenTypeIds.fill(piece.typeId, start, end)
    start = end
  }
  const tokens = noTokens.concat(
    ...template.map((piece) => ('token' in piece ? piece.token : texts[piece.text].tokens)),
  )
  return { ids, tokenTypeIds, tokens, specialTokensMask, truncatedTokens }
}
