/** WordPiece: repeatedly takes the longest token at the start of the rest of a word. */

import type { TokenizerModel, Tokens } from './tokenizer-model.js'

export interface WordPieceOptions {
  readonly vocab: ReadonlyMap<string, number>
  /** The token of a word that can't be split into tokens of the vocabulary. */
  readonly unknownToken: string
  /** Prefix of each token that is not the first of its word. */
  readonly continuingSubwordPrefix: string
  /** A word with more characters is unknown. */
  readonly maxInputCharsPerWord: number
}

export function createWordPiece(options: WordPieceOptions): TokenizerModel {
  const { vocab, unknownToken, continuingSubwordPrefix: prefix, maxInputCharsPerWord } = options
  const unknownId = vocab.get(unknownToken)!
  let maxTokenLength = 0
  for (const token of vocab.keys()) maxTokenLength = Math.max(maxTokenLength, token.length)

  return {
    tokenToId: vocab,
    tokenize(word, tokens) {
      const start = tokens.ids.length
      if (isTooLong(word, maxInputCharsPerWord) || !addTokens(word, tokens)) {
        tokens.ids.length = tokens.tokens.length = start
        tokens.ids.push(unknownId)
        tokens.tokens.push(unknownToken)
      }
    },
  }

  function addTokens(word: string, tokens: Tokens): boolean {
    for (let start = 0; start < word.length; ) {
      const tokenPrefix = start === 0 ? '' : prefix
      let end = Math.min(word.length, start + maxTokenLength - tokenPrefix.length)
      let id: number | undefined
      let token = ''
      for (; end > start; end--) {
        token = tokenPrefix + word.slice(start, end)
        id = vocab.get(token)
        if (id !== undefined) break
      }
      if (id === undefined) return false
      tokens.ids.push(id)
      tokens.tokens.push(token)
      start = end
    }
    return true
  }
}

function isTooLong(word: string, maxCharacters: number): boolean {
  // A character has one or two code units, so only lengths in between need counting.
  if (word.length <= maxCharacters) return false
  return word.length > 2 * maxCharacters || [...word].length > maxCharacters
}
