/** Patterns that find where a long text can be cut without a change of its tokens. */

import type { AddedToken } from '../added-token.js'

/** Cut positions of a tokenizer. Both patterns match only where later text can't change the result for earlier text. */
export interface TextCuts {
  /** Matches the character before a cut that the normalizer allows. To be searched for in the original text. */
  readonly character: RegExp
  /** Matches the two code units around the end of a word. To be tested on normalized text. */
  readonly wordEnd: RegExp | undefined
}

/**
 * Characters that must not be before a cut, so that no normalizer depends on both sides of it. They include Hangul
 * jamo, which compose, and letters that belong to the next character's grapheme: U+0D4E, and others outside the first
 * plane.
 */
const excludedBefore = String.raw`\p{C}\u0d4e\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u{10000}-\u{1efff}`

/** Requires a character after a cut that is not a mark, composes with nothing and does not continue a grapheme. */
const allowedAfter = String.raw`(?=[\p{L}\p{Nd}\p{P}\p{So} \t\n])(?![\u0e33\u0eb3\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\uff9e\uff9f\u{10000}-\u{1efff}])`

/** Allows cuts after nearly every character; after whitespace only if no added token includes adjacent whitespace. */
export function createCutPattern(addedTokens: readonly AddedToken[]): RegExp {
  const before = addedTokens.every(({ lstrip, rstrip }) => !lstrip && !rstrip)
    ? `[^${excludedBefore}]|[ \\t\\n]`
    : `[^\\s${excludedBefore}]`
  return new RegExp(`(?:${before})${allowedAfter}`, 'gu')
}

/** Allows cuts after a letter, digit or emoji, for normalizers that replace runs of punctuation or spaces. */
export function createLetterCutPattern(): RegExp {
  return new RegExp(String.raw`(?=[\p{L}\p{Nd}\u{1f300}-\u{1faff}])[^${excludedBefore}]${allowedAfter}`, 'gu')
}

/** Matches before a space, newline or ASCII punctuation, which are not part of BERT's words. */
export const bertWordEnd = /^[\s\S][ \n!-/:-@[-`{-~]/
