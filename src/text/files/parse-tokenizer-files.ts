/** The files of a tokenizer of any class, with a tokenizer.json or a bare vocabulary. */

import type { Steps } from '../../async/steps.js'
import { isJsonObject } from '../../checks/json.js'
import { BertEmbedError, describe } from '../../errors.js'
import { joinFiles } from '../classes/join-files.js'
import { parseVocabJson, parseVocabText } from './bare-vocabulary.js'
import { parseModel } from './parse-model.js'
import type { ParsedTokenizer, TokenizerFiles } from './tokenizer-files.js'
import { parseTokenizerJson, type TokenizerJson } from './tokenizer-json.js'

/**
 * Checks the files and brings them together as transformers does.
 *
 * @param json The tokenizer.json, where it is parsed already.
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when they are no tokenizer, `UNSUPPORTED_MODEL` for a class that is not there.
 */
export function* parseTokenizerFiles(files: TokenizerFiles, json?: TokenizerJson): Steps<ParsedTokenizer> {
  if (typeof files !== 'object' || files === null || kinds.filter((name) => name in files).length !== 1)
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `A tokenizer is made of { tokenizerJson }, { vocab } or { vocabJson, merges }, not of ${describe(isJsonObject(files) ? Object.keys(files) : files)}.`,
    )
  // Not `??`, of which the CommonJS build makes a function, where nothing can be yielded.
  return joinFiles(json === undefined ? yield* parseJson(files) : json, files)
}

const kinds = ['tokenizerJson', 'vocab', 'vocabJson']

function* parseJson(files: TokenizerFiles): Steps<TokenizerJson> {
  if ('tokenizerJson' in files) return yield* parseTokenizerJson(files.tokenizerJson, parseModel)
  return {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    model:
      'vocab' in files ? parseVocabText(files.vocab) : yield* parseVocabJson(files.vocabJson, files.merges),
  }
}
