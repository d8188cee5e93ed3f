/** The pattern of a `Replace` or a `Split`, as a regular expression. */

import { ReplaceNormalizer } from '@huggingface/tokenizers'
import { isJsonObject } from '../../checks/json.js'
import { escapeRegExp } from '../added-tokens.js'
import { invalidTokenizer } from '../files/invalid-tokenizer.js'
import { wrongField } from '../files/part-fields.js'
import type { TokenizerPart } from '../files/tokenizer-json.js'

/** A string as it stands, or a regular expression in Oniguruma's syntax, which the library puts into JavaScript's. */
export function parsePattern(part: TokenizerPart, where: string): RegExp {
  const { pattern } = part
  if (isJsonObject(pattern) && typeof pattern.String === 'string')
    return new RegExp(escapeRegExp(pattern.String), 'gu')
  if (!isJsonObject(pattern) || typeof pattern.Regex !== 'string')
    throw wrongField(part, 'pattern', '{ String } or { Regex }')
  try {
    return new ReplaceNormalizer({ type: 'Replace', pattern: { Regex: pattern.Regex }, content: '' }).pattern!
  } catch (cause) {
    throw invalidTokenizer(`${where} has a pattern that cannot be used: ${JSON.stringify(pattern.Regex)}`, {
      cause,
    })
  }
}
