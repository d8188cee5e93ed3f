/** A tokenizer of a checkpoint's files, with only the code that these ask for. */

import { assembleTokenizer } from './assemble-tokenizer.js'
import { parseUsualBert } from './bert-class.js'
import { bertParts } from './bert-parts.js'
import type { Tokenizer } from './tokenizer.js'
import type { TokenizerFiles } from './tokenizer-files.js'
import { parseTokenizerJson } from './tokenizer-json.js'

/**
 * `createTokenizer`, which loads what the usual files of BERT have no use for when a file asks for it.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when they are no tokenizer, `UNSUPPORTED_MODEL` for a class that is not there.
 */
export async function loadTokenizer(files: TokenizerFiles): Promise<Tokenizer> {
  const json = 'tokenizerJson' in files ? parseTokenizerJson(files.tokenizerJson) : undefined
  const usual = json && parseUsualBert(json, files)
  if (usual) return assembleTokenizer(usual, bertParts)
  const { loadAnyTokenizer } = await import('./load-any-tokenizer.js')
  return loadAnyTokenizer(files, json)
}
