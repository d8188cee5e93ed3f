/** One encoded text, and how it is put together from its tokens and the special tokens around them. */

import type { Tokens } from './models/tokenizer-model.js'

/** A text, or a pair of texts, as tokens: not padded. All lists have one entry per token. */
export interface Encoding {
  readonly ids: Int32Array
  /** 0, and 1 for the second text of a pair. */
  readonly tokenTypeIds: Int32Array
  readonly tokens: readonly string[]
  /** 1 for [CLS], [SEP] and their like, 0 for a token of the text. */
  readonly specialTokensMask: Uint8Array
  /** How many tokens of the text(s) were left out; 0 when none was. */
  readonly truncatedTokens: number
}

/** What fills a row up to the length of its batch. */
export interface PadToken {
  readonly id: number
  readonly token: string
  readonly typeId: number
}

export type PaddingSide = 'left' | 'right'

/** What stands where in an encoding: special tokens, and the texts (0 is the first, 1 its pair). */
export type TemplatePiece =
  | { readonly token: string; readonly id: number; readonly typeId: number }
  | { readonly text: 0 | 1; readonly typeId: number }

/** The layouts of one text and of a pair of texts. */
export interface Templates {
  readonly single: readonly TemplatePiece[]
  readonly pair: readonly TemplatePiece[]
}

/** How many special tokens a layout has. */
export function countSpecialTokens(template: readonly TemplatePiece[]): number {
  return template.filter((piece) => 'token' in piece).length
}

const noTokens: readonly string[] = []

/** Puts the tokens of a text, or of two, into their layout. */
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
    const own = isSpecial ? [piece.id] : texts[piece.text].ids
    const end = start + own.length
    ids.set(own, start)
    if (isSpecial) specialTokensMask[start] = 1
    if (piece.typeId !== 0) tokenTypeIds.fill(piece.typeId, start, end)
    start = end
  }
  const tokens = noTokens.concat(
    ...template.map((piece) => ('token' in piece ? piece.token : texts[piece.text].tokens)),
  )
  return { ids, tokenTypeIds, tokens, specialTokensMask, truncatedTokens }
}
