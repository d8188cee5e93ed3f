/** Encodes a long text in steps with a tokenizer that has none, by cutting it where that changes none of its tokens. */

import type { Steps } from '../../async/steps.js'
import type { Encoding } from '../encoding.js'
import type { Tokenizer } from '../tokenizer.js'

/** A few milliseconds: each piece costs tokens that are encoded twice. */
const usualPieceCharacters = 8192

/** Characters compared on either side of a cut: longer than any word that a tokenizer takes for one. */
const contextCharacters = 128

/** Places tried for a cut before the rest of the text is encoded as one piece. */
const triesPerCut = 8

/**
 * The whole encoding of a text, special tokens included, made of pieces of about `pieceCharacters`, a step for each.
 *
 * A piece ends between two words, and only where the tokens around it are the same in one piece as in two. A text without
 * such places, as in a script without spaces, is encoded as one.
 */
export function* encodeInPieces(
  text: string,
  tokenizer: Pick<Tokenizer, 'encode'>,
  pieceCharacters = usualPieceCharacters,
): Steps<Encoding> {
  const pieces: Encoding[] = []
  for (let start = 0; start < text.length; ) {
    if (start > 0) yield
    const end = findCut(text, start + pieceCharacters, tokenizer)
    pieces.push(tokenizer.encode(text.slice(start, end), { addSpecialTokens: start === 0 }))
    start = end
  }
  yield
  // Where the first piece has only special tokens, it does not say between which of them those of a text stand.
  return pieces[0]?.specialTokensMask.includes(0) ? joinPieces(pieces) : tokenizer.encode(text)
}

/** The first place from `from` on where the text can be cut, or its end. */
function findCut(text: string, from: number, tokenizer: Pick<Tokenizer, 'encode'>): number {
  const encode = (part: string) => tokenizer.encode(part, { addSpecialTokens: false }).ids
  const candidates = /\S(?= \w)|[.,!?。，！？、\n]/g
  candidates.lastIndex = from
  for (let tries = 0; tries < triesPerCut; tries++) {
    if (!candidates.test(text)) break
    const cut = candidates.lastIndex
    const before = text.slice(Math.max(0, cut - contextCharacters), cut)
    const after = text.slice(cut, cut + contextCharacters)
    if (areEqual(encode(before + after), [...encode(before), ...encode(after)])) return cut
  }
  return text.length
}

/** The first piece has the special tokens, between which those of the others go. */
function joinPieces(pieces: readonly Encoding[]): Encoding {
  const [first, ...others] = pieces as readonly [Encoding, ...Encoding[]]
  const end = first.specialTokensMask.lastIndexOf(0) + 1
  const typeId = first.tokenTypeIds[end - 1] ?? 0
  const length = pieces.reduce((sum, { ids }) => sum + ids.length, 0)
  const ids = new Int32Array(length)
  const tokenTypeIds = new Int32Array(length).fill(typeId)
  const specialTokensMask = new Uint8Array(length)
  const added = length - first.ids.length
  for (const [joined, values] of [
    [ids, first.ids],
    [tokenTypeIds, first.tokenTypeIds],
    [specialTokensMask, first.specialTokensMask],
  ] as const) {
    joined.set(values.subarray(0, end))
    joined.set(values.subarray(end), end + added)
  }
  let next = end
  for (const piece of others) {
    ids.set(piece.ids, next)
    next += piece.ids.length
  }
  // Not flat(), which takes ten times as long for as many.
  const tokens = first.tokens
    .slice(0, end)
    .concat(...others.map((piece) => piece.tokens), first.tokens.slice(end))
  return { ids, tokenTypeIds, tokens, specialTokensMask, truncatedTokens: 0 }
}

function areEqual(a: Int32Array, b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i])
}
