/** A tokenizer class of transformers, which rebuilds most stages of a tokenizer.json from its vocabulary. */

import type { TokenSpec } from '../added-token.js'
import type { TokenizerConfig } from '../files/tokenizer-config.js'
import type { StageJson, TokenizerJson } from '../files/tokenizer-json.js'

export interface TokenizerClass {
  /** The type of model that it builds. A tokenizer.json with another type is used without changes. */
  readonly model: string
  /** The default special tokens, by field. */
  readonly tokens: Readonly<Record<string, string | TokenSpec>>
  /** The default special tokens without a field. */
  readonly extraTokens?: readonly string[]
  /** The vocabulary file that it can read instead of a tokenizer.json. */
  readonly vocabularyFile?: 'vocab.txt' | 'vocab.json'
  /** Use tokenizer.json without changes. */
  readonly keepsJson?: boolean
  /** Returns the stages that the class builds, which replace those of tokenizer.json. */
  rebuild(json: TokenizerJson, options: ClassOptions): Partial<TokenizerJson>
}

export interface ClassOptions {
  readonly config: TokenizerConfig
  /** Returns the special token of a field. */
  readonly token: (field: string) => string
}

/** A special token, as a piece of a template. */
export function specialPiece(id: string, typeId = 0): object {
  return { SpecialToken: { id, type_id: typeId } }
}

/** A text, as a piece of a template: A is the first, B the second of a pair. */
export function textPiece(id: 'A' | 'B', typeId = 0): object {
  return { Sequence: { id, type_id: typeId } }
}

export function templateProcessing(single: readonly object[], pair: readonly object[]): StageJson {
  return { type: 'TemplateProcessing', single, pair }
}
