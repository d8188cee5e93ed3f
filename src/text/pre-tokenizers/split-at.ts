/** Splits a text at the matches of a pattern, in the ways the Rust tokenizers library has. */

export const splitBehaviors = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
] as const

/** What becomes of a match: dropped, a word, part of the word before or behind it, or one word with matches beside it. */
export type SplitBehavior = (typeof splitBehaviors)[number]

/** @param invert Split at what does not match instead. */
export function splitAt(
  text: string,
  pattern: RegExp,
  { behavior, invert }: { readonly behavior: SplitBehavior; readonly invert: boolean },
): string[] {
  const pieces = findPieces(text, pattern, invert)
  switch (behavior) {
    case 'Removed':
      return pieces.filter(({ isMatch }) => !isMatch).map(({ piece }) => piece)
    case 'Isolated':
      return pieces.map(({ piece }) => piece)
    case 'Contiguous':
      return joined(pieces, (before, piece) => before.isMatch === piece.isMatch)
    case 'MergedWithPrevious':
      return joined(pieces, (before, piece) => piece.isMatch && !before.isMatch)
    case 'MergedWithNext':
      return joined(pieces.reverse(), (before, piece) => piece.isMatch && !before.isMatch).reverse()
  }
}

interface Piece {
  readonly piece: string
  readonly isMatch: boolean
  readonly start: number
}

/** The whole text, match by match and what stands between. */
function findPieces(text: string, pattern: RegExp, invert: boolean): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  const add = (to: number, isMatch: boolean) => {
    if (to > end) pieces.push({ piece: text.slice(end, to), isMatch: isMatch !== invert, start: end })
    end = to
  }
  for (const { 0: match, index } of text.matchAll(pattern)) {
    add(index, false)
    add(index + match.length, true)
  }
  add(text.length, false)
  return pieces
}

/** Neighbours in the list that `join` says belong together, as one piece, in the order of the text. */
function joined(pieces: readonly Piece[], join: (before: Piece, piece: Piece) => boolean): string[] {
  const words: string[] = []
  let before: Piece | undefined
  for (const piece of pieces) {
    if (before && join(before, piece)) {
      const word = words.pop()!
      words.push(piece.start < before.start ? piece.piece + word : word + piece.piece)
    } else words.push(piece.piece)
    before = piece
  }
  return words
}
