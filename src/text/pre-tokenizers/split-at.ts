/** Splits a text at the matches of a pattern, with the split behaviors of the Rust tokenizers library. */

export const splitBehaviors = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
] as const

/** A match is dropped, a separate word, part of the previous or the next word, or one word with adjacent matches. */
export type SplitBehavior = (typeof splitBehaviors)[number]

/** @param invert Split at the text between matches instead. */
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
      return joinPieces(pieces, (before, piece) => before.isMatch === piece.isMatch)
    case 'MergedWithPrevious':
      return joinPieces(pieces, (before, piece) => piece.isMatch && !before.isMatch)
    case 'MergedWithNext':
      return joinPieces(pieces.reverse(), (before, piece) => piece.isMatch && !before.isMatch).reverse()
  }
}

interface Piece {
  readonly piece: string
  readonly isMatch: boolean
  readonly start: number
}

/** Returns all pieces of the text: the matches, and the text between them. */
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

/** Joins the adjacent pieces for which `join` returns true. The list may be in reverse order. */
function joinPieces(pieces: readonly Piece[], join: (before: Piece, piece: Piece) => boolean): string[] {
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
