/** Loads a tokenizer from a checkpoint's files, and on demand the code that a standard BERT tokenizer does not need. */

import { runStepsAsync } from '../async/steps.js'
import { isJsonObject } from '../checks/json.js'
import { assembleTokenizer } from './assemble-tokenizer.js'
import { bertKinds } from './bert-kinds.js'
import { parseStandardBert } from './classes/bert-class.js'
import type { TokenizerFiles } from './files/tokenizer-files.js'
import { parseTokenizerJson, parseWordPiece } from './files/tokenizer-json.js'
import type { Tokenizer } from './tokenizer.js'

/**
 * The same as `createTokenizer`, but asynchronous: it yields to the event loop, and loads code on demand.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when the files are not a tokenizer's; `UNSUPPORTED_MODEL` when the
 *   tokenizer's class is not supported.
 */
export async function loadTokenizer(files: TokenizerFiles): Promise<Tokenizer> {
  const json =
    'tokenizerJson' in files && isWordPiece(files.tokenizerJson)
      ? await runStepsAsync(parseTokenizerJson(files.tokenizerJson, parseWordPiece))
      : undefined
  const standard = json && parseStandardBert(json, files)
  if (standard) return runStepsAsync(assembleTokenizer(standard, bertKinds))
  const { loadKinds: findParts, parseTokenizerFiles } = await import('./any-tokenizer.js')
  const parsed = await runStepsAsync(parseTokenizerFiles(files, json))
  return runStepsAsync(assembleTokenizer(parsed, await findParts(parsed.json)))
}

function isWordPiece(json: unknown): boolean {
  return isJsonObject(json) && isJsonObject(json.model) && json.model.type === 'WordPiece'
}
