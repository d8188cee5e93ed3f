/** The class of a tokenizer in transformers: what it makes of a vocabulary, whatever else the files say. */

import type { TokenSpec } from '../added-token.js'
import type { TokenizerConfig } from '../files/tokenizer-config.js'
import type { StageJson, TokenizerJson } from '../files/tokenizer-json.js'

export interface TokenizerClass {
  /** The type of the model it makes. A tokenizer.json with another type stays as it is. */
  readonly model: string
  /** The special tokens it has where the files name no others, by field. */
  readonly tokens: Readonly<Record<string, string | TokenSpec>>
  /** The special tokens without a field it has where the files list no others. */
  readonly extraTokens?: readonly string[]
  /** The file of the vocabulary that it reads where there is no tokenizer.json. */
  readonly vocabularyFile?: 'vocab.txt' | 'vocab.json'
  /** A tokenizer.json stays as it is. */
  readonly keepsJson?: boolean
  /** The parts that it makes anew, of tokenizer.json and tokenizer_config.json. */
  rebuild(json: TokenizerJson, options: ClassOptions): Partial<TokenizerJson>
}

export interface ClassOptions {
  readonly config: TokenizerConfig
  /** The special token of a field. */
  readonly token: (field: string) => string
}

/** A special token's place in a layout of special tokens and texts. */
export function specialPiece(id: string, typeId = 0): object {
  return { SpecialToken: { id, type_id: typeId } }
}

/** A text's place in a layout: the first is A, its pair is B. */
export function textPiece(id: 'A' | 'B', typeId = 0): object {
  return { Sequence: { id, type_id: typeId } }
}

export function templateProcessing(single: readonly object[], pair: readonly object[]): StageJson {
  return { type: 'TemplateProcessing', single, pair }
}
