/** A tokenizer of a checkpoint's files, with only the code that these ask for. */

import { assembleTokenizer } from './assemble-tokenizer.js'
import { bertParts, hasOnlyBertParts } from './bert-parts.js'
import type { Tokenizer } from './tokenizer.js'
import { parseTokenizerFiles, type TokenizerFiles } from './tokenizer-files.js'

/**
 * `createTokenizer`, which loads what is not of BERT's own tokenizers when a file names it.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when they are no tokenizer.
 */
export async function loadTokenizer(files: TokenizerFiles): Promise<Tokenizer> {
  const parsed = parseTokenizerFiles(files)
  if (hasOnlyBertParts(parsed.json)) return assembleTokenizer(parsed, bertParts)
  const { everyPart } = await import('./every-part.js')
  return assembleTokenizer(parsed, everyPart)
}
