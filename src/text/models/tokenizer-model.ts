/** The interface of models, which split words into tokens: WordPiece, BPE, Unigram or WordLevel. */

import type { Steps } from '../../async/steps.js'
import { BertEmbedError } from '../../errors.js'

/** Tokens in the order of the text: two lists of the same length. */
export interface Tokens {
  readonly ids: number[]
  readonly tokens: string[]
}

export interface TokenizerModel {
  readonly tokenToId: ReadonlyMap<string, number>
  /**
   * Adds the tokens of a word to `tokens`.
   *
   * @throws {BertEmbedError} `INVALID_TOKENIZER` for an unknown character when the vocabulary has no unknown token.
   */
  tokenize(word: string, tokens: Tokens): void
  /** Does the same in steps of about a millisecond, for models that split words of any length. */
  tokenizeLong?(word: string, tokens: Tokens): Steps
}

/** Number of characters of a text, or of entries of a vocabulary, that are processed in one step. */
export const charactersPerStep = 2048

/** Maximum length of a cached word, in UTF-16 code units. */
const maxCachedLength = 64

/** Maximum number of cached words: the common words of any text, in a few megabytes. */
const maxCachedWords = 10_000

/** Caches the tokens of short words. */
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

/** Creates the error for an unknown character when the vocabulary has no unknown token. */
export function noUnknownToken(part: string): BertEmbedError {
  return new BertEmbedError(
    'INVALID_TOKENIZER',
    `tokenizer.json: model.vocab has no token for ${JSON.stringify(part.slice(0, 20))}, and no unknown token.`,
  )
}
