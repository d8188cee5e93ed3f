/** A tokenizer of a checkpoint's files, with only the code that these ask for. */

import { runStepsAsync } from '../async/steps.js'
import { isJsonObject } from '../checks/json.js'
import { assembleTokenizer } from './assemble-tokenizer.js'
import { bertKinds } from './bert-kinds.js'
import { parseUsualBert } from './classes/bert-class.js'
import type { TokenizerFiles } from './files/tokenizer-files.js'
import { parseTokenizerJson, parseWordPiece } from './files/tokenizer-json.js'
import type { Tokenizer } from './tokenizer.js'

/**
 * `createTokenizer`, which loads what the usual files of BERT have no use for when a file asks for it.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when they are no tokenizer, `UNSUPPORTED_MODEL` for a class that is not there.
 */
export async function loadTokenizer(files: TokenizerFiles): Promise<Tokenizer> {
  const json =
    'tokenizerJson' in files && isWordPiece(files.tokenizerJson)
      ? await runStepsAsync(parseTokenizerJson(files.tokenizerJson, parseWordPiece))
      : undefined
  const usual = json && parseUsualBert(json, files)
  if (usual) return runStepsAsync(assembleTokenizer(usual, bertKinds))
  const { findParts, parseTokenizerFiles } = await import('./any-tokenizer.js')
  const parsed = await runStepsAsync(parseTokenizerFiles(files, json))
  return runStepsAsync(assembleTokenizer(parsed, await findParts(parsed.json)))
}

function isWordPiece(json: unknown): boolean {
  return isJsonObject(json) && isJsonObject(json.model) && json.model.type === 'WordPiece'
}
