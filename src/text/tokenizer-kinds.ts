/** What a tokenizer is put together from: makers of the parts that a tokenizer.json names. */

import type { Steps } from '../async/steps.js'
import type { Templates } from './encoding.js'
import type { ModelJson, StageJson, TokenizerJson } from './files/tokenizer-json.js'
import type { TextCuts } from './long-texts/text-cuts.js'
import type { TokenizerModel } from './models/tokenizer-model.js'

export type Normalize = (text: string) => string

/**
 * Splits a text into words.
 *
 * @param isStart Whether the text stands at the very start of what is tokenized.
 */
export type PreTokenize = (text: string, isStart: boolean) => string[]

/** Each throws a {@link BertEmbedError} `INVALID_TOKENIZER` for a type it does not have. */
export interface TokenizerKinds {
  /** What words consist of, for added tokens that have to be whole words: the inside of a character class. */
  readonly wordCharacters: () => string
  /** Where long texts can be cut; `undefined` where the normalizer may look at any part of a text. */
  findCuts(json: TokenizerJson): TextCuts | undefined
  /** @param findId The id of a special token, for one whose id the file does not say. */
  createTemplates(postProcessor: StageJson | null, findId: (token: string) => number): Templates
  createNormalizer(stage: StageJson): Normalize
  createPreTokenizer(stage: StageJson): PreTokenize
  createModel(model: ModelJson): Steps<TokenizerModel>
}
