/** The files of a checkpoint that define its tokenizer. */

import type { TokenizerConfig } from './tokenizer-config.js'
import type { TokenizerJson } from './tokenizer-json.js'

/**
 * The files of a checkpoint's tokenizer: a tokenizer.json, a vocab.txt (text or lines), or a vocab.json with the text
 * of its merges.txt. JSON files are given as JSON values or JSON text.
 */
export type TokenizerFiles = TokenizerJsonFiles | VocabTextFiles | VocabJsonFiles

export interface TokenizerJsonFiles extends CommonFiles {
  readonly tokenizerJson: unknown
}

export interface VocabTextFiles extends CommonFiles {
  readonly vocab: string | readonly string[]
  /**
   * Lowercase texts, which by default also strips their accents.
   *
   * @default `do_lower_case` of tokenizer_config.json, or `true`
   */
  readonly doLowerCase?: boolean | undefined
}

export interface VocabJsonFiles extends CommonFiles {
  readonly vocabJson: unknown
  readonly merges: string
}

interface CommonFiles {
  readonly tokenizerConfig?: unknown
  /** special_tokens_map.json, which current versions of transformers no longer write. */
  readonly specialTokensMap?: unknown
  /** added_tokens.json, which current versions of transformers no longer write. */
  readonly addedTokens?: unknown
  /** The model's config.json. Its `model_type` decides the tokenizer's class if the other files do not name one. */
  readonly config?: unknown
  /** Number of rows of the model's embedding table. Each token needs one. */
  readonly tableSize?: number | undefined
  /**
   * Lowercase texts first, but keep accents and special tokens: the meaning of `do_lower_case` in the files of
   * sentence-transformers.
   *
   * @default false
   */
  readonly lowercase?: boolean | undefined
}

export interface ParsedTokenizer {
  readonly json: TokenizerJson
  readonly config: TokenizerConfig
  /** The padding token that the files name, or else that of their class. */
  readonly padToken: string | undefined
}
