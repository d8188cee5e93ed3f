/** A token outside the model's own rules, as tokenizer.json, tokenizer_config.json and special_tokens_map.json write it. */

import { isJsonObject } from '../checks/json.js'
import { BertEmbedError, describe } from '../errors.js'

/** A token that is found in the text as it is, before anything is split. */
export interface TokenSpec {
  readonly content: string
  /** It is searched in the normalized text. @default whether it is not special */
  readonly normalized?: boolean
  readonly special?: boolean
  readonly single_word?: boolean
  readonly lstrip?: boolean
  readonly rstrip?: boolean
}

export interface AddedToken extends TokenSpec {
  readonly id: number
}

/**
 * Parses a token: a string, which is a special token, or an object with `content`.
 *
 * @param where The file and the field.
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
