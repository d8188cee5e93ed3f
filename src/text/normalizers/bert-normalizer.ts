/** BERT's normalizer and pre-tokenizer, with the same result as the Rust tokenizers library for every code point. */

import {
  dropped,
  fixedMarks,
  ideographs,
  lowerCaseShifts,
  punctuation,
  reorderableMarks,
  reorderableOthers,
  sameNfdInAllEngines,
  whitespace,
} from '../unicode/bert-unicode.js'
import { toCharacterClass } from '../unicode/character-class.js'
import { createMarkSorter } from './mark-sorter.js'

/** Options of the `BertNormalizer` of a tokenizer.json. */
export interface BertNormalizerOptions {
  /** Remove control characters, and replace whitespace by spaces. */
  readonly cleanText: boolean
  /** Put spaces around CJK ideographs. */
  readonly handleChineseChars: boolean
  readonly stripAccents: boolean
  readonly lowercase: boolean
}

/**
 * Creates the `BertNormalizer` of a tokenizer.json.
 *
 * Latin text is the common case: after one test, it needs a pass or two and none of the tables.
 */
export function createBertNormalizer(options: BertNormalizerOptions): (text: string) => string {
  const toDrop = new RegExp(`[${toCharacterClass(dropped)}]+`, 'gu')
  const toSpace = new RegExp(`[${toCharacterClass(whitespace)}]`, 'gu')
  const toPad = new RegExp(`[${toCharacterClass(ideographs)}]`, 'gu')
  const stableRun = new RegExp(`[${toCharacterClass(sameNfdInAllEngines)}]+`, 'gu')
  const strip = createStripAccents(stableRun)
  const lowerCase = createLowerCase(stableRun)
  const { cleanText, handleChineseChars, stripAccents, lowercase } = options

  return (text) => {
    if (latin.test(text)) {
      const spaced = cleanText ? text.replace(/[\t\n\r]/g, ' ') : text
      const bare = stripAccents && !ascii.test(spaced) ? stripLatinAccents(spaced) : spaced
      return lowercase ? bare.toLowerCase() : bare
    }
    let normalized = text
    if (cleanText) normalized = normalized.replace(toDrop, '').replace(toSpace, ' ')
    if (handleChineseChars) normalized = normalized.replace(toPad, ' $& ')
    if (stripAccents) normalized = strip(normalized)
    return lowercase ? lowerCase(normalized) : normalized
  }
}

/** Creates the `BertPreTokenizer`, which splits a normalized text into words and punctuation characters. */
export function createBertPreTokenizer(): (text: string) => string[] {
  const mark = toCharacterClass(punctuation)
  const word = new RegExp(`[^${toCharacterClass(whitespace)}${mark}]+|[${mark}]`, 'gu')
  return (text) => text.match(word) ?? []
}

/**
 * Latin letters and common punctuation. Cleaning drops none of them, none is an ideograph or a separate mark, and all
 * versions of Unicode have them.
 */
const latin = /^[\t\n\r -~\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e]*$/

const ascii = /^[\t\n\r -~]*$/

function stripLatinAccents(text: string): string {
  return text.normalize('NFD').replace(/[\u0300-\u036f]+/g, '')
}

/** Creates the function that decomposes characters and removes their accents. */
function createStripAccents(stableRun: RegExp): (text: string) => string {
  const toStripFirst = new RegExp(`[${toCharacterClass(reorderableMarks)}]+`, 'gu')
  const toStrip = new RegExp(`[${toCharacterClass(reorderableMarks)}${toCharacterClass(fixedMarks)}]+`, 'gu')
  const sortMarks = createMarkSorter(toCharacterClass(reorderableOthers))

  return (text) =>
    // Remove marks before they are sorted too, so that fewer are sorted.
    sortMarks(text.replace(toStripFirst, ''))
      // Only in these runs: a newer engine would decompose or reorder other characters, which Rust keeps.
      .replace(stableRun, (run) => run.normalize('NFD'))
      .replace(toStrip, '')
}

/** Creates the function that lowercases single characters, as Rust's `char::to_lowercase`: without a final sigma. */
export function createLowerCase(
  stableRun = new RegExp(`[${toCharacterClass(sameNfdInAllEngines)}]+`, 'gu'),
): (text: string) => string {
  const shifts = new Map<string, string>()
  for (const [first, last, shift] of lowerCaseShifts)
    for (let codePoint = first; codePoint <= last; codePoint++)
      shifts.set(String.fromCodePoint(codePoint), String.fromCodePoint(codePoint + shift))
  const shifted = new RegExp(`[${[...shifts.keys()].join('')}]`, 'gu')

  return (text) =>
    text
      .replace(stableRun, (run) => run.replaceAll('Σ', 'σ').toLowerCase())
      .replace(shifted, (character) => shifts.get(character)!)
}
