/** Creates the pre_tokenizer of a tokenizer.json, for all kinds that published encoders use. */

import { describe } from '../../errors.js'
import { invalidTokenizer } from '../files/invalid-tokenizer.js'
import { booleanField, stagesField, stringField, wrongField } from '../files/stage-fields.js'
import type { StageJson } from '../files/tokenizer-json.js'
import { createBertPreTokenizer } from '../normalizers/bert-normalizer.js'
import { createByteLevelSplit, createByteLevelWriter } from '../normalizers/byte-level.js'
import type { PreTokenize } from '../tokenizer-kinds.js'
import { punctuation, whitespace } from '../unicode/bert-unicode.js'
import { toCharacterClass } from '../unicode/character-class.js'
import { letters, otherWordCharacters } from '../unicode/further-unicode.js'
import { parsePattern } from './pattern.js'
import { type SplitBehavior, splitAt, splitBehaviors } from './split-at.js'

/** @throws {BertEmbedError} `INVALID_TOKENIZER` for a type that is not supported, or an invalid field. */
export function createPreTokenizer(stage: StageJson, depth = 0): PreTokenize {
  switch (stage.type) {
    case 'BertPreTokenizer':
      return createBertPreTokenizer()
    case 'Sequence':
      return createSequence(
        stagesField(stage, 'pretokenizers', depth).map((step) => createPreTokenizer(step, depth + 1)),
      )
    case 'WhitespaceSplit':
      return createMatcher(`[^${toCharacterClass(whitespace)}]+`)
    case 'Whitespace': {
      const word = toCharacterClass(letters) + toCharacterClass(otherWordCharacters)
      return createMatcher(`[${word}]+|[^${word}${toCharacterClass(whitespace)}]+`)
    }
    case 'Punctuation':
      return createSplit(new RegExp(`[${toCharacterClass(punctuation)}]`, 'gu'), stage, 'Isolated')
    case 'Digits':
      return createDigits(booleanField(stage, 'individual_digits', false))
    case 'Split':
      return createSplit(parsePattern(stage, 'pre_tokenizer'), stage)
    case 'ByteLevel':
      return createByteLevel(stage)
    case 'Metaspace':
      return createMetaspace(stage)
    default:
      throw invalidTokenizer(`pre_tokenizer is of the type ${describe(stage.type)}, which is not supported`)
  }
}

function createSequence(steps: readonly PreTokenize[]): PreTokenize {
  return (text, isStart) =>
    steps.reduce(
      (words, step) =>
        words.flatMap((word, index) => step(word, isStart && index === 0 && text.startsWith(word))),
      [text],
    )
}

function createMatcher(pattern: string): PreTokenize {
  const word = new RegExp(pattern, 'gu')
  return (text) => text.match(word) ?? []
}

function createSplit(pattern: RegExp, stage: StageJson, defaultBehavior?: SplitBehavior): PreTokenize {
  const behavior = (stage.behavior ?? defaultBehavior) as SplitBehavior
  if (!splitBehaviors.includes(behavior))
    throw wrongField(stage, 'behavior', `one of ${splitBehaviors.join(', ')}`)
  const invert = booleanField(stage, 'invert', false)
  return (text) => splitAt(text, pattern, { behavior, invert })
}

function createDigits(individually: boolean): PreTokenize {
  const digits = /\p{N}/gu
  return (text) =>
    splitAt(text, digits, { behavior: individually ? 'Isolated' : 'Contiguous', invert: false })
}

function createByteLevel(stage: StageJson): PreTokenize {
  const addPrefixSpace = booleanField(stage, 'add_prefix_space')
  const split = booleanField(stage, 'use_regex', true) ? createByteLevelSplit() : (text: string) => [text]
  const write = createByteLevelWriter()
  return (text) => split(addPrefixSpace && !text.startsWith(' ') ? ` ${text}` : text).map(write)
}

/** Replaces spaces by a visible character, which belongs to the word after it, and may put one before the text. */
function createMetaspace(stage: StageJson): PreTokenize {
  const replacement = stringField(stage, 'replacement')
  if ([...replacement].length !== 1) throw wrongField(stage, 'replacement', 'one character')
  const scheme = stage.add_prefix_space === false ? 'never' : stringField(stage, 'prepend_scheme', 'always')
  if (!['always', 'first', 'never'].includes(scheme))
    throw wrongField(stage, 'prepend_scheme', '"always", "first" or "never"')
  const split = booleanField(stage, 'split', true)
  return (text, isStart) => {
    const visible = text.replaceAll(' ', () => replacement)
    const isPrepended =
      (scheme === 'always' || (scheme === 'first' && isStart)) && !visible.startsWith(replacement)
    const whole = isPrepended ? replacement + visible : visible
    return split ? splitBefore(whole, replacement) : [whole]
  }
}

function splitBefore(text: string, mark: string): string[] {
  const words: string[] = []
  let start = 0
  for (let end = text.indexOf(mark, 1); end !== -1; end = text.indexOf(mark, end + mark.length)) {
    words.push(text.slice(start, end))
    start = end
  }
  words.push(text.slice(start))
  return words
}
