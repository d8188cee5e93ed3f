/** The part of a tokenizer that makes tokens of a word: WordPiece, BPE or Unigram. */

import type { Steps } from '../../async/steps.js'
import { BertEmbedError } from '../../errors.js'

/** Tokens in the order of the text: two lists of one length. */
export interface Tokens {
  readonly ids: number[]
  readonly tokens: string[]
}

export interface TokenizerModel {
  readonly tokenToId: ReadonlyMap<string, number>
  /**
   * Adds the tokens of a word to `tokens`.
   *
   * @throws {BertEmbedError} `INVALID_TOKENIZER` when a part of it is unknown and the vocabulary has no token for that.
   */
  tokenize(word: string, tokens: Tokens): void
  /** The same, in steps of about a millisecond: for a model that takes words of any length apart. */
  tokenizeLong?(word: string, tokens: Tokens): Steps
}

/** Characters of a text, or entries of a vocabulary, that are taken in one step. */
export const charactersPerStep = 2048

/** Words up to this length, in UTF-16 code units, are worth remembering. */
const maxCachedLength = 64

/** Words remembered: the common ones of any text, in a few megabytes. */
const maxCachedWords = 10_000

/** Remembers the tokens of short words. */
export function cacheShortWords(tokenize: TokenizerModel['tokenize']): TokenizerModel['tokenize'] {
  const known = new Map<string, Tokens>()
  return (word, tokens) => {
    let found = known.get(word)
    if (found === undefined) {
      if (word.length > maxCachedLength) return tokenize(word, tokens)
      found = { ids: [], tokens: [] }
      tokenize(word, found)
      if (known.size >= maxCachedWords) known.clear()
      known.set(word, found)
    }
    for (let i = 0; i < found.ids.length; i++) {
      tokens.ids.push(found.ids[i]!)
      tokens.tokens.push(found.tokens[i]!)
    }
  }
}

/** The error of an unknown character without an unknown token. */
export function noUnknownToken(part: string): BertEmbedError {
  return new BertEmbedError(
    'INVALID_TOKENIZER',
    `tokenizer.json: model.vocab has no token for ${JSON.stringify(part.slice(0, 20))}, and none for what is unknown.`,
  )
}
