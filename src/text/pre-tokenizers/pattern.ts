/** Parses the pattern of a `Replace` or a `Split` to a regular expression. */

import { ReplaceNormalizer } from '@huggingface/tokenizers'
import { isJsonObject } from '../../checks/json.js'
import { escapeRegExp } from '../escape-reg-exp.js'
import { invalidTokenizer } from '../files/invalid-tokenizer.js'
import { wrongField } from '../files/stage-fields.js'
import type { StageJson } from '../files/tokenizer-json.js'

/** A literal string, or a regular expression in Oniguruma's syntax, which `@huggingface/tokenizers` translates. */
export function parsePattern(stage: StageJson, where: string): RegExp {
  const { pattern } = stage
  if (isJsonObject(pattern) && typeof pattern.String === 'string')
    return new RegExp(escapeRegExp(pattern.String), 'gu')
  if (!isJsonObject(pattern) || typeof pattern.Regex !== 'string')
    throw wrongField(stage, 'pattern', '{ String } or { Regex }')
  try {
    return new ReplaceNormalizer({ type: 'Replace', pattern: { Regex: pattern.Regex }, content: '' }).pattern!
  } catch (cause) {
    throw invalidTokenizer(`${where} has a pattern that cannot be used: ${JSON.stringify(pattern.Regex)}`, {
      cause,
    })
  }
}
