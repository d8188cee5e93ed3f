/** Parses an added token of tokenizer.json, tokenizer_config.json or special_tokens_map.json. */

import { isJsonObject } from '../checks/json.js'
import { BertEmbedError, describe } from '../errors.js'

/** A token that is searched for in the text before the text is split into words, such as [MASK]. */
export interface TokenSpec {
  readonly content: string
  /** Search for it in the normalized text, not in the original text. @default true for a token that is not special */
  readonly normalized?: boolean
  readonly special?: boolean
  /** Match whole words only. */
  readonly single_word?: boolean
  /** Include the whitespace before the token in the match. */
  readonly lstrip?: boolean
  /** Include the whitespace after the token in the match. */
  readonly rstrip?: boolean
}

export interface AddedToken extends TokenSpec {
  readonly id: number
}

/**
 * Parses a token: an object with `content`, or a string, which is a special token.
 *
 * @param where The file and the field, for error messages.
 * @throws {BertEmbedError} `INVALID_TOKENIZER`
 */
export function parseTokenSpec(value: unknown, where: string): TokenSpec {
  const token = typeof value === 'string' ? { content: value, special: true } : value
  if (!isJsonObject(token) || typeof token.content !== 'string')
    throw new BertEmbedError('INVALID_TOKENIZER', `${where} has to be a token, not ${describe(value)}.`)
  for (const flag of ['normalized', 'special', 'single_word', 'lstrip', 'rstrip'])
    if (!['boolean', 'undefined'].includes(typeof token[flag]))
      throw new BertEmbedError(
        'INVALID_TOKENIZER',
        `${where}: ${flag} has to be true or false, not ${describe(token[flag])}.`,
      )
  return { ...token, normalized: token.normalized ?? token.special !== true } as unknown as TokenSpec
}
