/** Tokenizers of any class and files. Loaded on demand, unless the files define a standard BERT tokenizer. */

import { bertKinds } from './bert-kinds.js'
import { parsePostProcessor } from './files/post-processor.js'
import type { TokenizerJson } from './files/tokenizer-json.js'
import type { TokenizerKinds } from './tokenizer-kinds.js'

export { parseTokenizerFiles } from './files/parse-tokenizer-files.js'

/** Returns the kinds that a tokenizer.json needs, and loads those other than BERT's on demand. */
export async function loadKinds(json: TokenizerJson): Promise<TokenizerKinds> {
  if (hasOnlyBertKinds(json)) return { ...bertKinds, createTemplates: parsePostProcessor }
  return (await import('./all-kinds.js')).allKinds
}

/** Whether a tokenizer.json needs only `bertKinds` and a post-processor. */
function hasOnlyBertKinds({ normalizer, pre_tokenizer, model, added_tokens }: TokenizerJson): boolean {
  return (
    (normalizer === null || normalizer.type === 'BertNormalizer') &&
    (pre_tokenizer === null || pre_tokenizer.type === 'BertPreTokenizer') &&
    model.type === 'WordPiece' &&
    !added_tokens.some(({ single_word }) => single_word)
  )
}
