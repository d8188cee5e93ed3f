/** One encoded text, and how it is put together from its tokens and the special tokens around them. */

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
export type LayoutPart =
  | { readonly token: string; readonly id: number; readonly typeId: number }
  | { readonly text: 0 | 1; readonly typeId: number }

/** How many special tokens a layout has. */
export function countSpecialTokens(layout: readonly LayoutPart[]): number {
  return layout.filter((part) => 'token' in part).length
}

/** Puts the tokens of a text, or of two, into their layout. */
export function assembleEncoding(
  layout: readonly LayoutPart[],
  texts: readonly [readonly string[], readonly string[]],
  {
    toId,
    toToken,
    truncatedTokens,
  }: {
    readonly toId: (token: string) => number
    /** What to show for a token, where that is not the token. */
    readonly toToken: (token: string) => string
    readonly truncatedTokens: number
  },
): Encoding {
  const length = layout.reduce((sum, part) => sum + ('token' in part ? 1 : texts[part.text].length), 0)
  const ids = new Int32Array(length)
  const tokenTypeIds = new Int32Array(length)
  const specialTokensMask = new Uint8Array(length)
  const tokens: string[] = []
  let next = 0
  for (const part of layout) {
    const start = next
    if ('token' in part) {
      specialTokensMask[next] = 1
      tokens.push(part.token)
      ids[next++] = part.id
    } else
      for (const token of texts[part.text]) {
        tokens.push(toToken(token))
        ids[next++] = toId(token)
      }
    if (part.typeId !== 0) tokenTypeIds.fill(part.typeId, start, next)
  }
  return { ids, tokenTypeIds, tokens, specialTokensMask, truncatedTokens }
}
