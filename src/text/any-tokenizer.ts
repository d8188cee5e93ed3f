/** Tokenizers of any class and any files: loaded when they are not the usual ones of BERT. */

import { bertKinds } from './bert-kinds.js'
import { parsePostProcessor } from './files/post-processor.js'
import type { TokenizerJson } from './files/tokenizer-json.js'
import type { TokenizerKinds } from './tokenizer-kinds.js'

export { parseTokenizerFiles } from './files/parse-tokenizer-files.js'

/** The parts that a tokenizer.json is made of, loaded when they are not BERT's own. */
export async function loadKinds(json: TokenizerJson): Promise<TokenizerKinds> {
  if (hasOnlyBertKinds(json)) return { ...bertKinds, createTemplates: parsePostProcessor }
  return (await import('./all-kinds.js')).allKinds
}

/** Whether a tokenizer.json names no other part than these. */
function hasOnlyBertKinds({ normalizer, pre_tokenizer, model, added_tokens }: TokenizerJson): boolean {
  return (
    (normalizer === null || normalizer.type === 'BertNormalizer') &&
    (pre_tokenizer === null || pre_tokenizer.type === 'BertPreTokenizer') &&
    model.type === 'WordPiece' &&
    !added_tokens.some(({ single_word }) => single_word)
  )
}
