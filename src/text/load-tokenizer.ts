/** A tokenizer of a checkpoint's files, with only the code that these ask for. */

import { isJsonObject } from '../json.js'
import { assembleTokenizer } from './assemble-tokenizer.js'
import { parseUsualBert } from './bert-class.js'
import { bertParts } from './bert-parts.js'
import { inTurns } from './in-turns.js'
import type { Tokenizer } from './tokenizer.js'
import type { TokenizerFiles } from './tokenizer-files.js'
import { parseTokenizerJson, parseWordPiece } from './tokenizer-json.js'

/**
 * `createTokenizer`, which loads what the usual files of BERT have no use for when a file asks for it.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when they are no tokenizer, `UNSUPPORTED_MODEL` for a class that is not there.
 */
export async function loadTokenizer(files: TokenizerFiles): Promise<Tokenizer> {
  const json =
    'tokenizerJson' in files && isWordPiece(files.tokenizerJson)
      ? await inTurns(parseTokenizerJson(files.tokenizerJson, parseWordPiece))
      : undefined
  const usual = json && parseUsualBert(json, files)
  if (usual) return inTurns(assembleTokenizer(usual, bertParts))
  const { findParts, parseTokenizerFiles } = await import('./any-tokenizer.js')
  const parsed = await inTurns(parseTokenizerFiles(files, json))
  return inTurns(assembleTokenizer(parsed, await findParts(parsed.json)))
}

function isWordPiece(json: unknown): boolean {
  return isJsonObject(json) && isJsonObject(json.model) && json.model.type === 'WordPiece'
}
