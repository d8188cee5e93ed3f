/** Makes a tokenizer from the files of a checkpoint; its ids are those of the Rust tokenizers library. */

import { runSteps } from '../async/steps.js'
import { checkBoolean, checkOptions, type OptionCheck } from '../checks/check-options.js'
import { checkWholeNumber } from '../checks/check-whole-number.js'
import { isJsonObject } from '../checks/json.js'
import { allKinds } from './all-kinds.js'
import { assembleTokenizer } from './assemble-tokenizer.js'
import { parseTokenizerFiles } from './files/parse-tokenizer-files.js'
import type { TokenizerFiles } from './files/tokenizer-files.js'
import type { Tokenizer } from './tokenizer.js'

/** What is in the files is checked when they are parsed. */
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
 * Makes a tokenizer of a checkpoint's files.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION` for what is not one of the files or options.
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when they are no tokenizer, `UNSUPPORTED_MODEL` for a class that is not there.
 * @example
 * const tokenizer = createTokenizer({ vocab: '[PAD]\n[UNK]\n[CLS]\n[SEP]\nknight\n##s\n' })
 * tokenizer.encode('Knights').tokens // ['[CLS]', 'knight', '##s', '[SEP]']
 */
export function createTokenizer(files: TokenizerFiles): Tokenizer {
  if (isJsonObject(files)) checkOptions<Record<string, unknown>>('createTokenizer', files, fileOptions)
  return runSteps(assembleTokenizer(runSteps(parseTokenizerFiles(onlyGiven(files))), allKinds))
}

/** Without the files that are `undefined`, which are not there: what kind of tokenizer it is shows in the names. */
function onlyGiven(files: TokenizerFiles): TokenizerFiles {
  if (!isJsonObject(files)) return files
  const given = Object.entries(files).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as unknown as TokenizerFiles
}
