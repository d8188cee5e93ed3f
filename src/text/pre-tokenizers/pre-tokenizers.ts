/** The pre_tokenizer of a tokenizer.json, in every kind that encoders come with. */

import { describe } from '../../errors.js'
import { invalidTokenizer } from '../files/invalid-tokenizer.js'
import { booleanIn, partsIn, stringIn, wrongField } from '../files/part-fields.js'
import type { TokenizerPart } from '../files/tokenizer-json.js'
import { createBertPreTokenizer } from '../normalizers/bert-normalizer.js'
import { createByteLevelSplit, createByteLevelWriter } from '../normalizers/byte-level.js'
import type { PreTokenize } from '../tokenizer-kinds.js'
import { punctuation, whitespace } from '../unicode/bert-unicode.js'
import { toCharacterClass } from '../unicode/character-class.js'
import { letters, wordOthers } from '../unicode/further-unicode.js'
import { parsePattern } from './pattern.js'
import { type SplitBehavior, splitAt, splitBehaviors } from './split-at.js'

/** @throws {BertEmbedError} `INVALID_TOKENIZER` for a kind there is none of, or options that are none. */
export function createPreTokenizer(part: TokenizerPart, depth = 0): PreTokenize {
  switch (part.type) {
    case 'BertPreTokenizer':
      return createBertPreTokenizer()
    case 'Sequence':
      return createSequence(
        partsIn(part, 'pretokenizers', depth).map((step) => createPreTokenizer(step, depth + 1)),
      )
    case 'WhitespaceSplit':
      return matching(`[^${toCharacterClass(whitespace)}]+`)
    case 'Whitespace': {
      const word = toCharacterClass(letters) + toCharacterClass(wordOthers)
      return matching(`[${word}]+|[^${word}${toCharacterClass(whitespace)}]+`)
    }
    case 'Punctuation':
      return splitting(new RegExp(`[${toCharacterClass(punctuation)}]`, 'gu'), part, 'Isolated')
    case 'Digits':
      return createDigits(booleanIn(part, 'individual_digits', false))
    case 'Split':
      return splitting(parsePattern(part, 'pre_tokenizer'), part)
    case 'ByteLevel':
      return createByteLevel(part)
    case 'Metaspace':
      return createMetaspace(part)
    default:
      throw invalidTokenizer(`pre_tokenizer is of the type ${describe(part.type)}, which is not supported`)
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

function matching(pattern: string): PreTokenize {
  const word = new RegExp(pattern, 'gu')
  return (text) => text.match(word) ?? []
}

function splitting(pattern: RegExp, part: TokenizerPart, usual?: SplitBehavior): PreTokenize {
  const behavior = (part.behavior ?? usual) as SplitBehavior
  if (!splitBehaviors.includes(behavior))
    throw wrongField(part, 'behavior', `one of ${splitBehaviors.join(', ')}`)
  const invert = booleanIn(part, 'invert', false)
  return (text) => splitAt(text, pattern, { behavior, invert })
}

function createDigits(individually: boolean): PreTokenize {
  const digits = /\p{N}/gu
  return (text) =>
    splitAt(text, digits, { behavior: individually ? 'Isolated' : 'Contiguous', invert: false })
}

function createByteLevel(part: TokenizerPart): PreTokenize {
  const addPrefixSpace = booleanIn(part, 'add_prefix_space')
  const split = booleanIn(part, 'use_regex', true) ? createByteLevelSplit() : (text: string) => [text]
  const write = createByteLevelWriter()
  return (text) => split(addPrefixSpace && !text.startsWith(' ') ? ` ${text}` : text).map(write)
}

/** Blanks become visible and part of the word behind them; one may be put before the text. */
function createMetaspace(part: TokenizerPart): PreTokenize {
  const replacement = stringIn(part, 'replacement')
  if ([...replacement].length !== 1) throw wrongField(part, 'replacement', 'one character')
  const scheme = part.add_prefix_space === false ? 'never' : stringIn(part, 'prepend_scheme', 'always')
  if (!['always', 'first', 'never'].includes(scheme))
    throw wrongField(part, 'prepend_scheme', '"always", "first" or "never"')
  const split = booleanIn(part, 'split', true)
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
