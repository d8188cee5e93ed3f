/** Tokens that are found in the text as it is, before anything of it is split: [MASK] and the like. */

import type { AddedToken } from './added-token.js'
import { whitespace } from './unicode/bert-unicode.js'
import { toCharacterClass } from './unicode/character-class.js'

/** A piece of a text: an added token, or what stands between two of them. */
export interface Section {
  readonly text: string
  /** The token's id; `undefined` for what stands between. */
  readonly id: number | undefined
}

export interface AddedTokenSplit {
  readonly split: (text: string) => Section[]
  /** Whether any of the tokens stands in a text. */
  readonly finds: (text: string) => boolean
  /** The length of the longest token; 0 when there is none. */
  readonly longest: number
}

export interface AddedTokenOptions {
  /** What each token looks like where it is searched. */
  readonly contentOf: (token: AddedToken) => string
  /** The inside of a character class: what a word consists of, for tokens that have to be words by themselves. */
  readonly wordCharacters: string
  /** Special tokens are text like any other, and hide what they overlap. */
  readonly splitSpecial: boolean
}

/**
 * Makes what takes a text apart at the added tokens: of those that begin at one place the longest, the
 * blanks beside it included where it takes them.
 */
export function createAddedTokenSplit(
  addedTokens: readonly AddedToken[],
  { contentOf, wordCharacters, splitSpecial }: AddedTokenOptions,
): AddedTokenSplit {
  const tokens = new Map(addedTokens.map((token) => [contentOf(token), token]))
  tokens.delete('')
  if (tokens.size === 0)
    return { split: (text) => (text === '' ? [] : [{ text, id: undefined }]), finds: () => false, longest: 0 }
  const contents = [...tokens.keys()].sort((a, b) => b.length - a.length)
  const search = new RegExp(contents.map(escapeRegExp).join('|'), 'g')
  const isBlank = new RegExp(`[${toCharacterClass(whitespace)}]`, 'u')
  const beginsWord = new RegExp(`^[${wordCharacters}]`, 'u')
  const endsWord = new RegExp(`[${wordCharacters}]$`, 'u')

  return { split, finds: (text) => text.search(search) !== -1, longest: contents[0]!.length }

  function split(text: string): Section[] {
    const sections: Section[] = []
    const add = (start: number, end: number, id?: number) => {
      if (start < end) sections.push({ text: text.slice(start, end), id })
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
    return sections
  }
}

/** Escapes the characters that have a meaning in a regular expression. */
export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
