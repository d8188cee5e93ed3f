/** Turns a text into its tokens, without the special tokens of the post-processor. */

import type { Steps } from '../async/steps.js'
import { createAddedTokenSplitter } from './added-tokens.js'
import type { TokenizerJson } from './files/tokenizer-json.js'
import { charactersPerStep, type TokenizerModel, type Tokens } from './models/tokenizer-model.js'
import type { TokenizerKinds } from './tokenizer-kinds.js'

/** The tokens of a text, and which of them belong to one word. */
export interface TextTokens extends Tokens {
  /** For each word, added tokens excluded: the index of its first token. */
  readonly wordStarts: readonly number[]
  /** For each word: the index after its last token. */
  readonly wordEnds: readonly number[]
}

/**
 * Tokenizes a text in steps of about a millisecond.
 *
 * @param limit Stop when at least this number of tokens is found; they are the first tokens of the text. @default no
 *   limit
 */
export type TextToTokens = (text: string, limit?: number) => Steps<TextTokens>

export interface TextToTokensOptions {
  readonly kinds: TokenizerKinds
  /** Treat special tokens that occur in a text as ordinary text. */
  readonly splitSpecial: boolean
  /**
   * A longer text is cut at the first possible position after this number of characters.
   *
   * @default `charactersPerStep`
   */
  readonly charactersPerPart?: number
}

/**
 * Creates the function that tokenizes a text: it finds added tokens, normalizes, finds added tokens in the normalized
 * text, splits into words and applies the model.
 *
 * A long text is normalized in parts. It is cut only where neither the normalizer nor an added token depends on both
 * sides. Words are tokenized as soon as the text after them can't change them. A text without such positions is one
 * part.
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

  /** Tokenizes a short text, as most texts are, without steps. */
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
    /** Pieces of normalized text that are not split into words yet. */
    let pending: string[] = []
    /** Whether the pending text is at the start of the whole text. */
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

    /** Adds the words of a text until the limit is reached. */
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

  /** The first position at or after `from` where the text can be cut, or the end of the text. */
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

  /** Whether a position is neither in an added token nor next to one, which could include the whitespace there. */
  function isAwayFromAddedTokens(text: string, position: number): boolean {
    const reachOfOriginal = original.maxTokenLength + 1
    if (original.occursIn(text.slice(Math.max(0, position - reachOfOriginal), position + reachOfOriginal)))
      return false
    if (normalized.maxTokenLength === 0) return true
    // The window has to be long enough after normalization, with a margin because its ends may be normalized
    // differently.
    const reach = 4 * normalized.maxTokenLength + 8
    const before = normalize(text.slice(Math.max(0, position - reach), position))
    const after = normalize(text.slice(position, position + reach))
    const isEnough = Math.min(before.length, after.length) >= normalized.maxTokenLength + 2
    return isEnough && !normalized.occursIn(before + after)
  }

  /** The end, in `text`, of the last word that later text can't change. It is 0 for a word that ends with `before`. */
  function findWordEnd(before: string, text: string): number | undefined {
    if (!cuts?.wordEnd) return undefined
    const searched = before.slice(-1) + text
    for (let end = searched.length - 1; end > 0; end--)
      if (cuts.wordEnd.test(searched.slice(end - 1, end + 1))) return end - searched.length + text.length
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

/** Number of cut positions that are tested in one step. */
const triesPerStep = 256

/** Replaces each lone surrogate by U+FFFD. */
function toWellFormed(text: string & { toWellFormed?(): string }): string {
  // Engines from before 2024 lack this method, which takes a fiftieth of the time of replace().
  if (text.toWellFormed) return text.toWellFormed()
  return loneSurrogate.test(text) ? text.replace(/[\ud800-\udfff]/gu, '\ufffd') : text
}

const loneSurrogate = /[\ud800-\udfff]/u
