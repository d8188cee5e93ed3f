/** Where a long text can be cut so that its parts have the tokens of the whole. */

import type { AddedToken } from '../added-token.js'

/** The places, for a tokenizer that has such; both patterns match where nothing that follows changes what comes before. */
export interface TextCuts {
  /** The character before a place where the text can be cut for the normalizer, to be searched in the text. */
  readonly character: RegExp
  /** The characters around the end of a word, to be tested on two code units of the normalized text. */
  readonly wordEnd: RegExp | undefined
}

/**
 * No normalizer looks across: what follows is no mark, composes with nothing, continues no grapheme. Hangul in its parts is
 * left out for that, and letters that belong to the next one: U+0D4E, the others lie beyond the first plane.
 */
const noneBefore = String.raw`\p{C}\u0d4e\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u{10000}-\u{1efff}`
const behind = String.raw`(?=[\p{L}\p{Nd}\p{P}\p{So} \t\n])(?![\u0e33\u0eb3\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\uff9e\uff9f\u{10000}-\u{1efff}])`

/** Behind nearly every character; behind a blank only where no added token takes all blanks next to it. */
export function createCutPattern(addedTokens: readonly AddedToken[]): RegExp {
  const before = addedTokens.every(({ lstrip, rstrip }) => !lstrip && !rstrip)
    ? `[^${noneBefore}]|[ \\t\\n]`
    : `[^\\s${noneBefore}]`
  return new RegExp(`(?:${before})${behind}`, 'gu')
}

/** Behind a letter, a digit or an emoji, for normalizers that replace punctuation or blanks, which may be several in a row. */
export function createLetterCutPattern(): RegExp {
  return new RegExp(String.raw`(?=[\p{L}\p{Nd}\u{1f300}-\u{1faff}])[^${noneBefore}]${behind}`, 'gu')
}

/** Before a blank or ASCII punctuation, which are no part of BERT's words. */
export const bertWordEnd = /^[\s\S][ \n!-/:-@[-`{-~]/
