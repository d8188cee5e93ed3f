/** The port through which texts become ids; and the library's own tokenizers, whose ids are those of the Rust library. */

import { runSteps } from '../async/steps.js'
import { checkBoolean, checkOptions, type OptionCheck } from '../checks/check-options.js'
import { checkWholeNumber } from '../checks/check-whole-number.js'
import { isJsonObject } from '../checks/json.js'
import { allKinds } from './all-kinds.js'
import { assembleTokenizer } from './assemble-tokenizer.js'
import type { EncodeOptions } from './encode-options.js'
import type { Encoding, PaddingSide, PadToken } from './encoding.js'
import { parseTokenizerFiles } from './files/parse-tokenizer-files.js'
import type { TokenizerFiles } from './files/tokenizer-files.js'

/**
 * What makes tokens of texts: `createTokenizer` of a checkpoint's files, `wrapTokenizer` of a tokenizer of
 * `@huggingface/tokenizers`, or an object of your own for `createEmbedder({ tokenizer })`.
 *
 * An embedder encodes single texts, with the options `maxLength` and `addSpecialTokens`.
 */
export interface Tokenizer {
  /** The highest id + 1: at most the rows of the model's embedding table. */
  readonly vocabSize: number
  /** The most tokens of a text: `model_max_length` of tokenizer_config.json; `undefined` when there is no limit. */
  readonly maxLength?: number | undefined
  /** What fills the shorter rows of a batch. */
  readonly padToken: PadToken
  /** Where it does so in `tokenize` and `forward`; batches of `embed` are filled on the right. */
  readonly paddingSide: PaddingSide
  /**
   * Whether a long text that is cut into windows may be encoded in pieces, so that the event loop turns in between: a piece
   * ends between two words where the tokens around are the same with the end as without. `false` where tokens depend on
   * more of the text.
   *
   * @default false
   */
  readonly encodesPieces?: boolean | undefined
  /** How many special tokens stand around a text, or around a pair of texts. */
  countSpecialTokens(options?: { readonly pair?: boolean | undefined }): number
  /**
   * Encodes a text, or a pair of texts, between its special tokens. With `maxLength` tokens of the text are cut off,
   * special tokens never. A lone surrogate counts as U+FFFD, which is what UTF-8 makes of it.
   *
   * @throws {ArgumentTypeError} `INVALID_TEXT` when a text is no string.
   * @throws {ArgumentRangeError} `INVALID_OPTION` when `maxLength` has no room for the special tokens or an option has
   *   no such value; `TEXT_TOO_LONG` when only_first or only_second would leave nothing of its text.
   */
  encode(text: string, options?: EncodeOptions): Encoding
}

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
