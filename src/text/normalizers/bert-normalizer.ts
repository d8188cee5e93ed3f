/** BERT's clean-up of a text and its split into words, code point by code point as the Rust tokenizers library does them. */

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

/** The `BertNormalizer` of a tokenizer.json. */
export interface BertNormalizerOptions {
  /** Remove control characters, make every whitespace a blank. */
  readonly cleanText: boolean
  /** Put blanks around CJK ideographs. */
  readonly handleChineseChars: boolean
  readonly stripAccents: boolean
  readonly lowercase: boolean
}

/**
 * Makes the function that cleans up a text: the `BertNormalizer` of a tokenizer.json.
 *
 * Latin text, the common case, takes one test and a pass or two without any of the tables.
 */
export function createBertNormalizer(options: BertNormalizerOptions): (text: string) => string {
  const toDrop = new RegExp(`[${toCharacterClass(dropped)}]+`, 'gu')
  const toBlank = new RegExp(`[${toCharacterClass(whitespace)}]`, 'gu')
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
    if (cleanText) normalized = normalized.replace(toDrop, '').replace(toBlank, ' ')
    if (handleChineseChars) normalized = normalized.replace(toPad, ' $& ')
    if (stripAccents) normalized = strip(normalized)
    return lowercase ? lowerCase(normalized) : normalized
  }
}

/** Makes the function that splits a cleaned text into words and punctuation marks: the `BertPreTokenizer`. */
export function createBertPreTokenizer(): (text: string) => string[] {
  const mark = toCharacterClass(punctuation)
  const word = new RegExp(`[^${toCharacterClass(whitespace)}${mark}]+|[${mark}]`, 'gu')
  return (text) => text.match(word) ?? []
}

/** Latin letters and the usual punctuation: nothing to drop, no ideograph, no mark by itself, and as old as Unicode. */
const latin = /^[\t\n\r -~\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e]*$/

const ascii = /^[\t\n\r -~]*$/

function stripLatinAccents(text: string): string {
  return text.normalize('NFD').replace(/[\u0300-\u036f]+/g, '')
}

/** Decomposes what carries accents and removes them. */
function createStripAccents(stableRun: RegExp): (text: string) => string {
  const early = new RegExp(`[${toCharacterClass(reorderableMarks)}]+`, 'gu')
  const toStrip = new RegExp(`[${toCharacterClass(reorderableMarks)}${toCharacterClass(fixedMarks)}]+`, 'gu')
  const order = createMarkSorter(toCharacterClass(reorderableOthers))

  return (text) =>
    // Marks that go are removed before they are put in order, not only after.
    order(text.replace(early, ''))
      // In runs: what an engine newer than Rust would decompose or reorder stands between them, untouched.
      .replace(stableRun, (run) => run.normalize('NFD'))
      .replace(toStrip, '')
}

/** Lower case one character at a time, as Rust's `char::to_lowercase`: a sigma at the end of a word is like any other. */
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
