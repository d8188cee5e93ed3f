/** Creates a tokenizer from the files of a checkpoint; its ids are those of the Rust tokenizers library. */

import { runSteps } from '../async/steps.js'
import { checkBoolean, checkOptions, type OptionCheck } from '../checks/check-options.js'
import { checkWholeNumber } from '../checks/check-whole-number.js'
import { isJsonObject } from '../checks/json.js'
import { allKinds } from './all-kinds.js'
import { assembleTokenizer } from './assemble-tokenizer.js'
import { parseTokenizerFiles } from './files/parse-tokenizer-files.js'
import type { TokenizerFiles } from './files/tokenizer-files.js'
import type { Tokenizer } from './tokenizer.js'

/** The contents of files are checked when they are parsed. */
const checkedLater: OptionCheck = () => {}

const fileOptions: Record<KeyOf<TokenizerFiles>, OptionCheck> = {
  tokenizerJson: checkedLater,
  tokenizerConfig: checkedLater,
  vocab: checkedLater,
  vocabJson: checkedLater,
  merges: checkedLater,
  specialTokensMap: checkedLater,
  addedTokens: checkedLater,
  config: checkedLater,
  tableSize: (option, value) => checkWholeNumber(option, value),
  doLowerCase: checkBoolean,
  lowercase: checkBoolean,
}

type KeyOf<Union> = Union extends unknown ? keyof Union : never

/**
 * Creates a tokenizer from the files of a checkpoint.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION` for a name that is not one of the files or options.
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when the files are not a tokenizer's; `UNSUPPORTED_MODEL` when the
 *   tokenizer's class is not supported.
 * @example
 * const tokenizer = createTokenizer({ vocab: '[PAD]\n[UNK]\n[CLS]\n[SEP]\nknight\n##s\n' })
 * tokenizer.encode('Knights').tokens // ['[CLS]', 'knight', '##s', '[SEP]']
 */
export function createTokenizer(files: TokenizerFiles): Tokenizer {
  if (isJsonObject(files)) checkOptions<Record<string, unknown>>('createTokenizer', files, fileOptions)
  return runSteps(assembleTokenizer(runSteps(parseTokenizerFiles(dropUndefined(files))), allKinds))
}

/** Removes files that are `undefined`: which of the names are present decides how the tokenizer is parsed. */
function dropUndefined(files: TokenizerFiles): TokenizerFiles {
  if (!isJsonObject(files)) return files
  const given = Object.entries(files).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as unknown as TokenizerFiles
}
