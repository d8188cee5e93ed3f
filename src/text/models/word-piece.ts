/** WordPiece: the longest token that a word begins with, again and again. */

import type { TokenizerModel, Tokens } from './tokenizer-model.js'

export interface WordPieceOptions {
  readonly vocab: ReadonlyMap<string, number>
  /** Stands for a word that the vocabulary has no tokens for. */
  readonly unknownToken: string
  /** Begins every token that is not the first of its word. */
  readonly continuingSubwordPrefix: string
  /** A word of more characters is unknown. */
  readonly maxInputCharsPerWord: number
}

export function createWordPiece(options: WordPieceOptions): TokenizerModel {
  const { vocab, unknownToken, continuingSubwordPrefix: prefix, maxInputCharsPerWord } = options
  const unknownId = vocab.get(unknownToken)!
  let longestToken = 0
  for (const token of vocab.keys()) longestToken = Math.max(longestToken, token.length)

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
      const begin = start === 0 ? '' : prefix
      let end = Math.min(word.length, start + longestToken - begin.length)
      let id: number | undefined
      let token = ''
      for (; end > start; end--) {
        token = begin + word.slice(start, end)
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
  // A character has one code unit or two: only words between need counting.
  if (word.length <= maxCharacters) return false
  return word.length > 2 * maxCharacters || [...word].length > maxCharacters
}
