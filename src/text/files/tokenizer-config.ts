/** Parses a tokenizer_config.json and checks its fields. */

import { BertEmbedError, describe } from '../../errors.js'
import type { PaddingSide } from '../encoding.js'
import type { TruncationSide } from '../truncate-tokens.js'
import { parseOptionalObject } from './parse-json-object.js'

type Json = Readonly<Record<string, unknown>>

/** The fields that tokenizers use; an absent field is `undefined`. */
export interface TokenizerConfig {
  /** The whole file. */
  readonly json: Json
  /** `model_max_length` in tokens; `undefined` also for 1e30, which means no limit. */
  readonly maxLength: number | undefined
  readonly truncationSide: TruncationSide | undefined
  readonly paddingSide: PaddingSide | undefined
  readonly padTokenTypeId: number | undefined
  readonly lowercase: boolean | undefined
  readonly stripAccents: boolean | undefined
  readonly handleChineseChars: boolean | undefined
  /** Treat special tokens that occur in a text as ordinary text. */
  readonly splitSpecialTokens: boolean | undefined
  readonly tokenizerClass: string | undefined
}

/**
 * Parses a tokenizer_config.json: JSON text, a JSON value, or `undefined` for a checkpoint without the file.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when it is not an object or a field has the wrong type.
 */
export function parseTokenizerConfig(source: unknown): TokenizerConfig {
  const json = parseOptionalObject(source, file)
  return {
    json,
    maxLength: maxLengthOf(json),
    truncationSide: readSide(json, 'truncation_side'),
    paddingSide: readSide(json, 'padding_side'),
    padTokenTypeId: read(
      json,
      'pad_token_type_id',
      'a whole number from 0',
      (value) => Number.isSafeInteger(value) && (value as number) >= 0,
    ),
    lowercase: readBoolean(json, 'do_lower_case'),
    stripAccents: readBoolean(json, 'strip_accents'),
    handleChineseChars: readBoolean(json, 'tokenize_chinese_chars'),
    splitSpecialTokens: readBoolean(json, 'split_special_tokens'),
    tokenizerClass: readString(json, 'tokenizer_class'),
  }
}

const file = 'tokenizer_config.json'

/** transformers writes 1e30 for "no limit". A value from 1e9 on is not a model's real limit. */
const unlimitedLength = 1e9

function maxLengthOf(json: Json): number | undefined {
  const value = json.model_max_length ?? json.max_len
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !(value >= 1))
    throw wrongField(json, 'model_max_length', 'a number from 1')
  return value >= unlimitedLength ? undefined : Math.floor(value)
}

function readSide(json: Json, name: string): 'left' | 'right' | undefined {
  return read(json, name, '"left" or "right"', (value) => value === 'left' || value === 'right')
}

function readString(json: Json, name: string): string | undefined {
  return read(json, name, 'a string', (value) => typeof value === 'string')
}

export function readBoolean(json: Json, name: string): boolean | undefined {
  return read(json, name, 'true or false', (value) => typeof value === 'boolean')
}

/** Reads a field that may be absent or null. */
function read<T>(
  json: Json,
  name: string,
  expected: string,
  isValid: (value: unknown) => boolean,
): T | undefined {
  const value = json[name] ?? undefined
  if (value === undefined || isValid(value)) return value as T | undefined
  throw wrongField(json, name, expected)
}

function wrongField(json: Json, name: string, expected: string): BertEmbedError {
  return new BertEmbedError(
    'INVALID_TOKENIZER',
    `${file}: ${name} has to be ${expected}, not ${describe(json[name])}.`,
  )
}
