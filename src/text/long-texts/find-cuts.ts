/** Finds out where long texts can be cut, for all kinds of tokenizers. */

import { isJsonObject } from '../../checks/json.js'
import type { StageJson, TokenizerJson } from '../files/tokenizer-json.js'
import { bertWordEnd, createCutPattern, createLetterCutPattern, type TextCuts } from './text-cuts.js'

export function findCuts(json: TokenizerJson): TextCuts | undefined {
  const { normalizer, pre_tokenizer: preTokenizer, added_tokens: addedTokens } = json
  const steps = stepsOf(normalizer, 'normalizers')
  const replaces = steps.filter(({ type }) => type === 'Replace')
  const areLocal =
    steps.every(({ type }) => localNormalizers.includes(type as string)) && replaces.every(cannotMatchLetters)
  if (!areLocal) return undefined
  return {
    character: replaces.length > 0 ? createLetterCutPattern() : createCutPattern(addedTokens),
    wordEnd: preTokenizer ? wordEndOf(stepsOf(preTokenizer, 'pretokenizers')[0]) : undefined,
  }
}

/**
 * Normalizers whose result for a character depends at most on its neighbours. `Strip` and `Prepend` are not listed:
 * they depend on the ends of the text.
 */
const localNormalizers = [
  'BertNormalizer',
  'ByteLevel',
  'Lowercase',
  'NFC',
  'NFD',
  'NFKC',
  'NFKD',
  'Precompiled',
  'Replace',
  'StripAccents',
]

/** The steps of a `Sequence`, or the stage itself. */
function stepsOf(stage: StageJson | null, list: string): readonly StageJson[] {
  if (stage?.type !== 'Sequence') return stage ? [stage] : []
  return (stage[list] as StageJson[]).flatMap((step) => stepsOf(step, list))
}

/** Whether no match of a `Replace` starts with a letter, digit or mark. Of all regular expressions, only ' {2,}' passes. */
function cannotMatchLetters({ pattern }: StageJson): boolean {
  if (!isJsonObject(pattern)) return false
  const { String: text, Regex: regex } = pattern
  return typeof text === 'string' ? /^[^\p{L}\p{N}\p{M}]/u.test(text) : regex === ' {2,}'
}

/** Only the first step matters: the others split its words further. */
function wordEndOf(stage: StageJson | undefined): RegExp | undefined {
  switch (stage?.type) {
    case 'BertPreTokenizer':
      return bertWordEnd
    case 'Whitespace':
    case 'WhitespaceSplit':
      return /^[\s\S][ \n]/
    case 'Metaspace':
      return stage.split === false ? undefined : /^[\s\S] /
    case 'ByteLevel':
      if (stage.use_regex === false) return undefined
      return new RegExp(stage.add_prefix_space === false ? byteLevelWordEnd : `^${notWhitespace} `)
    default:
      return undefined
  }
}

const notWhitespace = String.raw`[^\s\x85]`

/**
 * Matches before a space or newline, and where a run of letters or digits ends. In scripts without spaces, a run of
 * letters ends before punctuation or a mark.
 */
const byteLevelWordEnd = String.raw`^(?:${notWhitespace}[ \n]|[A-Za-z\u0904-\u0939\u0e01-\u0e2e\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3][\0-@[-\x60{-\x7f\u093e-\u094d\u0e31\u0e34-\u0e3a\u0e47-\u0e4e、。，！？：；）」』]|[0-9][\0-/:-\x7f])`
