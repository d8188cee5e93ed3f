/** What a tokenizer_config.json says, checked field by field. */

import { BertEmbedError, describe } from '../../errors.js'
import type { PaddingSide } from '../encoding.js'
import type { TruncationSide } from '../truncate-tokens.js'
import { parseOptionalObject } from './parse-json-object.js'

/** The fields that matter here; what the file leaves out is `undefined`. */
export interface TokenizerConfig {
  /** The file itself. */
  readonly json: Readonly<Record<string, unknown>>
  /** `model_max_length` in tokens; `undefined` also for the 1e30 that means no limit. */
  readonly maxLength: number | undefined
  readonly truncationSide: TruncationSide | undefined
  readonly paddingSide: PaddingSide | undefined
  readonly padTokenTypeId: number | undefined
  readonly lowercase: boolean | undefined
  readonly stripAccents: boolean | undefined
  readonly handleChineseChars: boolean | undefined
  /** Special tokens in a text are no tokens. */
  readonly splitSpecialTokens: boolean | undefined
  readonly tokenizerClass: string | undefined
}

/**
 * Parses a tokenizer_config.json: JSON text, the value of it, or `undefined` for a checkpoint without one.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when it is no object or a field is of the wrong type.
 */
export function parseTokenizerConfig(source: unknown): TokenizerConfig {
  const json = parseOptionalObject(source, file)
  return {
    json,
    maxLength: maxLengthOf(json),
    truncationSide: sideOf(json, 'truncation_side'),
    paddingSide: sideOf(json, 'padding_side'),
    padTokenTypeId: wholeNumberOf(json, 'pad_token_type_id'),
    lowercase: booleanOf(json, 'do_lower_case'),
    stripAccents: booleanOf(json, 'strip_accents'),
    handleChineseChars: booleanOf(json, 'tokenize_chinese_chars'),
    splitSpecialTokens: booleanOf(json, 'split_special_tokens'),
    tokenizerClass: stringOf(json, 'tokenizer_class'),
  }
}

const file = 'tokenizer_config.json'

/** transformers writes 1e30 for "no limit"; no model has a context of a thousand million tokens. */
const unlimitedLength = 1e9

function maxLengthOf(json: Record<string, unknown>): number | undefined {
  const value = json.model_max_length ?? json.max_len
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !(value >= 1))
    throw wrongField(json, 'model_max_length', 'a number from 1')
  return value >= unlimitedLength ? undefined : Math.floor(value)
}

function sideOf(json: Record<string, unknown>, name: string): 'left' | 'right' | undefined {
  const value = json[name] ?? undefined
  if (value === undefined || value === 'left' || value === 'right') return value
  throw wrongField(json, name, '"left" or "right"')
}

function stringOf(json: Record<string, unknown>, name: string): string | undefined {
  const value = json[name] ?? undefined
  if (value === undefined || typeof value === 'string') return value
  throw wrongField(json, name, 'a string')
}

export function booleanOf(json: Record<string, unknown>, name: string): boolean | undefined {
  const value = json[name] ?? undefined
  if (value === undefined || typeof value === 'boolean') return value
  throw wrongField(json, name, 'true or false')
}

function wholeNumberOf(json: Record<string, unknown>, name: string): number | undefined {
  const value = json[name] ?? undefined
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0))
    return value as number | undefined
  throw wrongField(json, name, 'a whole number from 0')
}

function wrongField(json: Record<string, unknown>, name: string, expected: string): BertEmbedError {
  return new BertEmbedError(
    'INVALID_TOKENIZER',
    `${file}: ${name} has to be ${expected}, not ${describe(json[name])}.`,
  )
}
