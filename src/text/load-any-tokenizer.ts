/** A tokenizer of any class and any files: loaded when they are not the usual ones of BERT. */

import { assembleTokenizer } from './assemble-tokenizer.js'
import { bertParts } from './bert-parts.js'
import { parseLayouts } from './layout.js'
import { parseTokenizerFiles } from './parse-tokenizer-files.js'
import type { Tokenizer } from './tokenizer.js'
import type { TokenizerFiles } from './tokenizer-files.js'
import type { TokenizerJson } from './tokenizer-json.js'

/** `loadTokenizer`, for any files. */
export async function loadAnyTokenizer(files: TokenizerFiles, json?: TokenizerJson): Promise<Tokenizer> {
  const parsed = parseTokenizerFiles(files, json)
  if (hasOnlyBertParts(parsed.json))
    return assembleTokenizer(parsed, { ...bertParts, createLayouts: parseLayouts })
  const { everyPart } = await import('./every-part.js')
  return assembleTokenizer(parsed, everyPart)
}

/** Whether a tokenizer.json names no other part than these. */
function hasOnlyBertParts({ normalizer, pre_tokenizer, model, added_tokens }: TokenizerJson): boolean {
  return (
    (normalizer === null || normalizer.type === 'BertNormalizer') &&
    (pre_tokenizer === null || pre_tokenizer.type === 'BertPreTokenizer') &&
    model.type === 'WordPiece' &&
    !added_tokens.some(({ single_word }) => single_word)
  )
}
