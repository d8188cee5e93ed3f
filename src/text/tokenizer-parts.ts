/** What a tokenizer is put together from: makers of the parts that a tokenizer.json names. */

import type { TokenizerJson, TokenizerPart } from './tokenizer-json.js'
import type { TokenizerModel } from './tokenizer-model.js'

export type Normalize = (text: string) => string

/**
 * Splits a text into words.
 *
 * @param isStart Whether the text stands at the very start of what is tokenized.
 */
export type PreTokenize = (text: string, isStart: boolean) => string[]

/** Each throws a {@link BertEmbedError} `INVALID_TOKENIZER` for a type it does not have. */
export interface TokenizerParts {
  /** What words consist of, for added tokens that have to be whole words: the inside of a character class. */
  readonly wordCharacters: () => string
  createNormalizer(part: TokenizerPart): Normalize
  createPreTokenizer(part: TokenizerPart): PreTokenize
  createModel(model: TokenizerJson['model']): TokenizerModel
}
