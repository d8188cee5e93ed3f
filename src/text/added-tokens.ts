/** Finds added tokens, such as [MASK], in a text before the text is split into words. */

import type { AddedToken } from './added-token.js'
import { escapeRegExp } from './escape-reg-exp.js'
import { whitespace } from './unicode/bert-unicode.js'
import { toCharacterClass } from './unicode/character-class.js'

/** A segment of a text: an added token, or the text between two added tokens. */
export interface Segment {
  readonly text: string
  /** The id of the added token; `undefined` for other text. */
  readonly id: number | undefined
}

export interface AddedTokenSplitter {
  readonly split: (text: string) => Segment[]
  /** Whether a text contains any of the tokens. */
  readonly occursIn: (text: string) => boolean
  /** Length of the longest token in UTF-16 code units; 0 without tokens. */
  readonly maxTokenLength: number
}

export interface AddedTokenOptions {
  /** The string to search for, for each token. */
  readonly contentOf: (token: AddedToken) => string
  /** Characters of a word, for tokens with `single_word`: the inside of a character class. */
  readonly wordCharacters: string
  /** Treat special tokens as ordinary text. They still hide the shorter tokens that they overlap. */
  readonly splitSpecial: boolean
}

/**
 * Creates a splitter that splits a text at its added tokens. Of the tokens that start at one position, the longest
 * matches. Whitespace next to a token belongs to its segment if the token has `lstrip` or `rstrip`.
 */
export function createAddedTokenSplitter(
  addedTokens: readonly AddedToken[],
  { contentOf, wordCharacters, splitSpecial }: AddedTokenOptions,
): AddedTokenSplitter {
  const tokens = new Map(addedTokens.map((token) => [contentOf(token), token]))
  tokens.delete('')
  if (tokens.size === 0)
    return {
      split: (text) => (text === '' ? [] : [{ text, id: undefined }]),
      occursIn: () => false,
      maxTokenLength: 0,
    }
  const contents = [...tokens.keys()].sort((a, b) => b.length - a.length)
  const search = new RegExp(contents.map(escapeRegExp).join('|'), 'g')
  const isBlank = new RegExp(`[${toCharacterClass(whitespace)}]`, 'u')
  const beginsWord = new RegExp(`^[${wordCharacters}]`, 'u')
  const endsWord = new RegExp(`[${wordCharacters}]$`, 'u')

  return { split, occursIn: (text) => text.search(search) !== -1, maxTokenLength: contents[0]!.length }

  function split(text: string): Segment[] {
    const segments: Segment[] = []
    const add = (start: number, end: number, id?: number) => {
      if (start < end) segments.push({ text: text.slice(start, end), id })
    }
    let done = 0
    for (const { 0: content, index } of text.matchAll(search)) {
      const token = tokens.get(content)!
      if (splitSpecial && token.special) continue
      let start = index
      let end = index + content.length
      if (
        token.single_word &&
        (endsWord.test(text.slice(Math.max(0, start - 2), start)) ||
          beginsWord.test(text.slice(end, end + 2)))
      )
        continue
      if (token.lstrip) {
        while (start > done && isBlank.test(text[start - 1]!)) start--
        start = Math.max(start, done)
      }
      if (token.rstrip) while (end < text.length && isBlank.test(text[end]!)) end++
      add(done, start)
      add(start, end, token.id)
      done = end
    }
    add(done, text.length)
    return segments
  }
}
