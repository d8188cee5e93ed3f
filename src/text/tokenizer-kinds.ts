/** The interface of a set of tokenizer kinds: it creates the stages that a tokenizer.json describes. */

import type { Steps } from '../async/steps.js'
import type { Templates } from './encoding.js'
import type { ModelJson, StageJson, TokenizerJson } from './files/tokenizer-json.js'
import type { TextCuts } from './long-texts/text-cuts.js'
import type { TokenizerModel } from './models/tokenizer-model.js'

export type Normalize = (text: string) => string

/**
 * Splits a text into words.
 *
 * @param isStart Whether the text is at the start of the whole text that is tokenized.
 */
export type PreTokenize = (text: string, isStart: boolean) => string[]

/** The methods throw a {@link BertEmbedError} `INVALID_TOKENIZER` for a type that they do not support. */
export interface TokenizerKinds {
  /** Characters of a word, for added tokens with `single_word`: the inside of a character class. */
  readonly wordCharacters: () => string
  /** Where long texts can be cut; `undefined` if the normalizer may depend on the whole text. */
  findCuts(json: TokenizerJson): TextCuts | undefined
  /** @param findId Returns the id of a special token, for a token without an id in the file. */
  createTemplates(postProcessor: StageJson | null, findId: (token: string) => number): Templates
  createNormalizer(stage: StageJson): Normalize
  createPreTokenizer(stage: StageJson): PreTokenize
  createModel(model: ModelJson): Steps<TokenizerModel>
}
