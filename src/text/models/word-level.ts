/** WordLevel: a word is one token, which is the unknown token if the vocabulary does not have the word. */

import type { TokenizerModel } from './tokenizer-model.js'

export function createWordLevel(
  tokenToId: ReadonlyMap<string, number>,
  unknownToken: string,
): TokenizerModel {
  const unknownId = tokenToId.get(unknownToken)!
  return {
    tokenToId,
    tokenize(word, tokens) {
      const id = tokenToId.get(word)
      tokens.ids.push(id ?? unknownId)
      tokens.tokens.push(id === undefined ? unknownToken : word)
    },
  }
}
