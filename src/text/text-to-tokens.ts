/** From a text to its tokens, without the special tokens around it. */

import type { Steps } from '../async/steps.js'
import { createAddedTokenSplitter } from './added-tokens.js'
import type { TokenizerJson } from './files/tokenizer-json.js'
import { charactersPerStep, type TokenizerModel, type Tokens } from './models/tokenizer-model.js'
import type { TokenizerKinds } from './tokenizer-kinds.js'

/** The tokens of a text, and where the words are that the model made them of. */
export interface TextTokens extends Tokens {
  /** For each word, but not for an added token: its first token. */
  readonly wordStarts: readonly number[]
  /** For each word: the token behind its last. */
  readonly wordEnds: readonly number[]
}

/**
 * Tokenizes a text in steps of about a millisecond.
 *
 * @param limit Ends once there are as many tokens, which are the first ones of the text. @default all
 */
export type TextToTokens = (text: string, limit?: number) => Steps<TextTokens>

export interface TextToTokensOptions {
  readonly kinds: TokenizerKinds
  /** Special tokens in a text are text. */
  readonly splitSpecial: boolean
  /** After so many characters the text is cut where it can be. @default those of a step */
  readonly charactersPerPart?: number
}

/**
 * Makes the function that tokenizes a text: added tokens, normalizer, added tokens that are normalized, words, model.
 *
 * A long text is taken in parts, cut where the normalizer and the added tokens do not look across, and its words as soon as
 * nothing that follows can change them. Without such places the whole text is one part, and all of its words come at once.
 */
export function createTextToTokens(
  json: TokenizerJson,
  model: TokenizerModel,
  { kinds: parts, splitSpecial, charactersPerPart = charactersPerStep }: TextToTokensOptions,
): TextToTokens {
  const normalize = json.normalizer ? parts.createNormalizer(json.normalizer) : (text: string) => text
  const preTokenize = json.pre_tokenizer
    ? parts.createPreTokenizer(json.pre_tokenizer)
    : (text: string) => [text]
  const wordCharacters = json.added_tokens.some(({ single_word }) => single_word)
    ? parts.wordCharacters()
    : ''
  const original = createAddedTokenSplitter(
    json.added_tokens.filter(({ normalized }) => !normalized),
    { contentOf: ({ content }) => content, wordCharacters, splitSpecial },
  )
  const normalized = createAddedTokenSplitter(
    json.added_tokens.filter(({ normalized }) => normalized),
    { contentOf: ({ content }) => normalize(content), wordCharacters, splitSpecial },
  )
  const cuts = parts.findCuts(json)

  return function* (anyText, limit = Number.POSITIVE_INFINITY) {
    const text = toWellFormed(anyText)
    return text.length <= charactersPerPart ? tokenize(text) : yield* tokenizeParts(text, limit)
  }

  /** A text that is short enough to be taken at once, as most are. */
  function tokenize(text: string): TextTokens {
    const found = createFoundTokens()
    let isStart = true
    for (const section of original.split(text)) {
      const pieces = section.id === undefined ? normalized.split(normalize(section.text)) : [section]
      for (const piece of pieces) {
        if (piece.id === undefined)
          for (const word of preTokenize(piece.text, isStart)) {
            if (word !== '') addWord(word, found)
          }
        else addToken(piece.id, piece.text, found)
        isStart = false
      }
    }
    return found
  }

  function addToken(id: number, token: string, found: FoundTokens): void {
    found.ids.push(id)
    found.tokens.push(token)
  }

  function addWord(word: string, found: FoundTokens): void {
    found.wordStarts.push(found.ids.length)
    model.tokenize(word, found)
    found.wordEnds.push(found.ids.length)
  }

  function* tokenizeParts(text: string, limit: number): Steps<TextTokens> {
    const found = createFoundTokens()
    /** Normalized text whose words have still to come, in pieces, and whether it is the text's very start. */
    let pending: string[] = []
    let isStart = true

    for (let start = 0, end = 0; start < text.length && found.ids.length < limit; start = end) {
      if (start > 0) yield
      end = yield* findCut(text, start + charactersPerPart)
      const isLast = end === text.length
      for (const section of original.split(text.slice(start, end))) {
        const pieces = section.id === undefined ? normalized.split(normalize(section.text)) : [section]
        for (const piece of pieces) {
          if (piece.id === undefined) {
            const wordEnd = isLast ? undefined : findWordEnd(pending.at(-1) ?? '', piece.text)
            if (wordEnd !== undefined) {
              pending.push(piece.text.slice(0, wordEnd))
              yield* addPending()
            }
            const rest = piece.text.slice(wordEnd)
            if (rest !== '') pending.push(rest)
          } else {
            yield* addPending()
            if (found.ids.length >= limit) return found
            addToken(piece.id, piece.text, found)
            isStart = false
          }
        }
      }
    }
    yield* addPending()
    return found

    function addPending(): Steps {
      const words = pending.join('')
      pending = []
      return addWords(words)
    }

    /** Adds the words of a text up to the one that reaches the limit; none when it is reached. */
    function* addWords(words: string): Steps {
      if (words === '' || found.ids.length >= limit) return
      const atStart = isStart
      isStart = false
      let characters = 0
      for (const word of preTokenize(words, atStart)) {
        if (word === '') continue
        if (characters > charactersPerStep) {
          yield
          characters = 0
        }
        characters += word.length
        if (model.tokenizeLong && word.length > charactersPerStep) {
          found.wordStarts.push(found.ids.length)
          yield* model.tokenizeLong(word, found)
          found.wordEnds.push(found.ids.length)
        } else addWord(word, found)
        if (found.ids.length >= limit) return
      }
    }
  }

  /** The first place from `from` on at which the text can be cut, or its end. */
  function* findCut(text: string, from: number): Steps<number> {
    if (!cuts || from >= text.length) return text.length
    const { character } = cuts
    for (let tries = 0, last = from; ; ) {
      character.lastIndex = last
      if (!character.test(text)) return text.length
      last = character.lastIndex
      if (isAwayFromAddedTokens(text, last)) return last
      if (++tries % triesPerStep === 0) yield
    }
  }

  /** Whether no added token stands at a place, or takes the characters beside it. */
  function isAwayFromAddedTokens(text: string, place: number): boolean {
    const { maxTokenLength: longest } = original
    if (original.occursIn(text.slice(Math.max(0, place - longest - 1), place + longest + 1))) return false
    if (normalized.maxTokenLength === 0) return true
    // A window that is long enough when it is normalized, and a bit more, for what its own ends change.
    const reach = 4 * normalized.maxTokenLength + 8
    const before = normalize(text.slice(Math.max(0, place - reach), place))
    const after = normalize(text.slice(place, place + reach))
    const isEnough = Math.min(before.length, after.length) >= normalized.maxTokenLength + 2
    return isEnough && !normalized.occursIn(before + after)
  }

  /** Where the last word in `text` ends that nothing can change any more; it may be where it starts, behind `before`. */
  function findWordEnd(before: string, text: string): number | undefined {
    if (!cuts?.wordEnd) return undefined
    const around = before.slice(-1) + text
    for (let end = around.length - 1; end > 0; end--)
      if (cuts.wordEnd.test(around.slice(end - 1, end + 1))) return end - around.length + text.length
    return undefined
  }
}

interface FoundTokens extends TextTokens {
  readonly wordStarts: number[]
  readonly wordEnds: number[]
}

function createFoundTokens(): FoundTokens {
  return { ids: [], tokens: [], wordStarts: [], wordEnds: [] }
}

/** Places near added tokens that are tried in one step. */
const triesPerStep = 256

/** With U+FFFD for every lone surrogate. */
function toWellFormed(text: string & { toWellFormed?(): string }): string {
  // Engines of before 2024 have no such method. It takes a fiftieth of the time of replace().
  if (text.toWellFormed) return text.toWellFormed()
  return loneSurrogate.test(text) ? text.replace(/[\ud800-\udfff]/gu, '\ufffd') : text
}

const loneSurrogate = /[\ud800-\udfff]/u
