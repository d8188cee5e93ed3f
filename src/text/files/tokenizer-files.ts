/** The files a checkpoint's tokenizer comes in. */

import type { TokenizerConfig } from './tokenizer-config.js'
import type { TokenizerJson } from './tokenizer-json.js'

/**
 * A checkpoint's tokenizer, as JSON values or JSON text: a tokenizer.json, the text (or lines) of a vocab.txt, or a
 * vocab.json with the text of its merges.txt.
 */
export type TokenizerFiles = TokenizerJsonFiles | VocabTextFiles | VocabJsonFiles

export interface TokenizerJsonFiles extends CommonFiles {
  readonly tokenizerJson: unknown
}

export interface VocabTextFiles extends CommonFiles {
  readonly vocab: string | readonly string[]
  /** @default what tokenizer_config.json says, else `true` */
  readonly doLowerCase?: boolean | undefined
}

export interface VocabJsonFiles extends CommonFiles {
  readonly vocabJson: unknown
  readonly merges: string
}

interface CommonFiles {
  readonly tokenizerConfig?: unknown
  /** special_tokens_map.json, which transformers writes no more. */
  readonly specialTokensMap?: unknown
  /** added_tokens.json, which transformers writes no more. */
  readonly addedTokens?: unknown
  /** The model's own config.json: its type tells the tokenizer's class where the other files do not. */
  readonly config?: unknown
  /** How many rows the model's table has: each token needs one. */
  readonly tableSize?: number | undefined
  /**
   * Write texts in lower case before anything else, accents and special tokens as they are: what `do_lower_case`
   * means in sentence-transformers' own files. @default false
   */
  readonly lowercase?: boolean | undefined
}

export interface ParsedTokenizer {
  readonly json: TokenizerJson
  readonly config: TokenizerConfig
  /** The padding token that the files name, or their class has. */
  readonly padToken: string | undefined
}
