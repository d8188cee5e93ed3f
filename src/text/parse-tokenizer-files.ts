/** The files of a tokenizer of any class, with a tokenizer.json or a bare vocabulary. */

import { BertEmbedError, describe } from '../errors.js'
import { parseVocabJson, parseVocabText } from './bare-vocabulary.js'
import { joinFiles } from './join-files.js'
import type { ParsedTokenizer, TokenizerFiles } from './tokenizer-files.js'
import { parseTokenizerJson, type TokenizerJson } from './tokenizer-json.js'

/**
 * Checks the files and brings them together as transformers does.
 *
 * @param json The tokenizer.json, where it is parsed already.
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when they are no tokenizer, `UNSUPPORTED_MODEL` for a class that is not there.
 */
export function parseTokenizerFiles(files: TokenizerFiles, json?: TokenizerJson): ParsedTokenizer {
  if (typeof files !== 'object' || files === null)
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `A tokenizer is made of { tokenizerJson }, { vocab } or { vocabJson, merges }, not of ${describe(files)}.`,
    )
  return joinFiles(json ?? parseJson(files), files)
}

function parseJson(files: TokenizerFiles): TokenizerJson {
  if (!('vocab' in files || 'vocabJson' in files)) return parseTokenizerJson(files.tokenizerJson)
  return {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    model: 'vocab' in files ? parseVocabText(files.vocab) : parseVocabJson(files.vocabJson, files.merges),
  }
}
