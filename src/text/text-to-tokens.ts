/** From a text to its tokens, without the special tokens around it. */

import { createAddedTokenSplit } from './added-tokens.js'
import type { TokenizerJson } from './tokenizer-json.js'
import type { TokenizerModel, Tokens } from './tokenizer-model.js'
import type { TokenizerParts } from './tokenizer-parts.js'

/** The tokens of a text, and where the words are that the model made them of. */
export interface TextTokens extends Tokens {
  /** For each word, but not for an added token: its first token. */
  readonly wordStarts: readonly number[]
  /** For each word: the token behind its last. */
  readonly wordEnds: readonly number[]
}

/** Makes the function that tokenizes a text: added tokens, normalizer, added tokens that are normalized, words, model. */
export function createTextToTokens(
  json: TokenizerJson,
  model: TokenizerModel,
  { parts, splitSpecial }: { readonly parts: TokenizerParts; readonly splitSpecial: boolean },
): (text: string) => TextTokens {
  const normalize = json.normalizer ? parts.createNormalizer(json.normalizer) : (text: string) => text
  const preTokenize = json.pre_tokenizer
    ? parts.createPreTokenizer(json.pre_tokenizer)
    : (text: string) => [text]
  const wordCharacters = json.added_tokens.some(({ single_word }) => single_word)
    ? parts.wordCharacters()
    : ''
  const splitOriginal = createAddedTokenSplit(
    json.added_tokens.filter(({ normalized }) => !normalized),
    { contentOf: ({ content }) => content, wordCharacters, splitSpecial },
  )
  const splitNormalized = createAddedTokenSplit(
    json.added_tokens.filter(({ normalized }) => normalized),
    { contentOf: ({ content }) => normalize(content), wordCharacters, splitSpecial },
  )

  return (text) => {
    const found = {
      ids: [] as number[],
      tokens: [] as string[],
      wordStarts: [] as number[],
      wordEnds: [] as number[],
    }
    const addToken = (id: number, token: string) => {
      found.ids.push(id)
      found.tokens.push(token)
    }
    for (const section of splitOriginal(toWellFormed(text))) {
      if (section.id !== undefined) {
        addToken(section.id, section.text)
        continue
      }
      for (const piece of splitNormalized(normalize(section.text))) {
        if (piece.id !== undefined) {
          addToken(piece.id, piece.text)
          continue
        }
        for (const word of preTokenize(piece.text, section.isStart && piece.isStart)) {
          if (word === '') continue
          found.wordStarts.push(found.ids.length)
          model.encode(word, found)
          found.wordEnds.push(found.ids.length)
        }
      }
    }
    return found
  }
}

/** With U+FFFD for every lone surrogate. */
function toWellFormed(text: string): string {
  return loneSurrogate.test(text) ? text.replace(/[\ud800-\udfff]/gu, '\ufffd') : text
}

const loneSurrogate = /[\ud800-\udfff]/u
