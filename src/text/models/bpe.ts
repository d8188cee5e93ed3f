/** Byte pair encoding: a word's characters, merged pair by pair in the order of the merges (Sennrich et al., 2016). */

import { runSteps, type Steps } from '../../async/steps.js'
import { createMergeQueue } from './merge-queue.js'
import {
  cacheShortWords,
  charactersPerStep,
  noUnknownToken,
  type TokenizerModel,
  type Tokens,
} from './tokenizer-model.js'

export interface BpeOptions {
  readonly vocab: ReadonlyMap<string, number>
  /** Pairs of tokens, the first to be merged first; each of the vocabulary, and what they make as well. */
  readonly merges: readonly (readonly [left: string, right: string])[]
  readonly unknownToken: string | undefined
  /** Before every character but a word's first. */
  readonly continuingSubwordPrefix: string
  /** After a word's last character. */
  readonly endOfWordSuffix: string
  /** Unknown characters in a row are one unknown token. */
  readonly fuseUnknown: boolean
  /** An unknown character is written as the tokens of its bytes, `<0x0A>`, where the vocabulary has them. */
  readonly byteFallback: boolean
  /** A word that is a token is that token, whatever the merges say. */
  readonly ignoreMerges: boolean
}

/** Made in steps: vocabularies have hundreds of thousands of merges. */
export function* createBpe(options: BpeOptions): Steps<TokenizerModel> {
  const { vocab, ignoreMerges } = options
  const tokenOf = new Map<number, string>()
  for (const [token, id] of vocab) {
    if (tokenOf.size % charactersPerStep === 0) yield
    tokenOf.set(id, token)
  }
  const merge = yield* createMerger(options)
  function* tokenizeLong(word: string, tokens: Tokens): Steps {
    let step = 0
    for (const id of yield* merge(yield* splitCharacters(word, options))) {
      if (++step % charactersPerStep === 0) yield
      tokens.ids.push(id)
      tokens.tokens.push(tokenOf.get(id)!)
    }
  }
  const tokenize = cacheShortWords((word, tokens) => runSteps(tokenizeLong(word, tokens)))
  if (!ignoreMerges) return { tokenToId: vocab, tokenize, tokenizeLong }
  return {
    tokenToId: vocab,
    tokenize(word, tokens) {
      const id = vocab.get(word)
      if (id === undefined) return tokenize(word, tokens)
      tokens.ids.push(id)
      tokens.tokens.push(word)
    },
    tokenizeLong,
  }
}

/** A word's characters as ids, unknown ones as `options` say; without an unknown token they are left out. */
function* splitCharacters(word: string, options: BpeOptions): Steps<number[]> {
  const { vocab, unknownToken, continuingSubwordPrefix, endOfWordSuffix, fuseUnknown, byteFallback } = options
  const ids: number[] = []
  let unknownId: number | undefined
  for (let start = 0, end = 0, step = 0; start < word.length; start = end) {
    if (++step % charactersPerStep === 0) yield
    end = start + (word.codePointAt(start)! > 0xffff ? 2 : 1)
    let character = word.slice(start, end)
    if (start > 0) character = continuingSubwordPrefix + character
    if (end === word.length) character += endOfWordSuffix
    const id = vocab.get(character)
    if (id === undefined) {
      // As Rust has it: the bytes overtake an unknown character that waits to be fused with the next.
      const bytes = byteFallback ? byteTokens(character, vocab) : undefined
      if (bytes) ids.push(...bytes)
      else if (unknownToken !== undefined) {
        if (unknownId !== undefined && !fuseUnknown) ids.push(unknownId)
        unknownId = vocab.get(unknownToken)
        if (unknownId === undefined) throw noUnknownToken(character)
      }
    } else {
      if (unknownId !== undefined) ids.push(unknownId)
      unknownId = undefined
      ids.push(id)
    }
  }
  if (unknownId !== undefined) ids.push(unknownId)
  return ids
}

/** The ids of `<0x..>` for each byte of a string's UTF-8; `undefined` when one is not in the vocabulary. */
export function byteTokens(text: string, vocab: ReadonlyMap<string, number>): number[] | undefined {
  const ids: number[] = []
  for (const byte of new TextEncoder().encode(text)) {
    const id = vocab.get(byteToken(byte))
    if (id === undefined) return undefined
    ids.push(id)
  }
  return ids
}

function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`
}

/** Makes the function that merges a word's ids as far as they can be. */
function* createMerger({
  vocab,
  merges,
  continuingSubwordPrefix,
}: BpeOptions): Steps<(ids: number[]) => Steps<number[]>> {
  const ranks = new Map<number, number>()
  const mergedIds = new Int32Array(merges.length)
  for (const [rank, [left, right]] of merges.entries()) {
    if (rank % charactersPerStep === 0) yield
    ranks.set(pairKey(vocab.get(left)!, vocab.get(right)!), rank)
    mergedIds[rank] = vocab.get(left + right.slice(continuingSubwordPrefix.length))!
  }

  return function* (ids) {
    let step = 0
    const queue = createMergeQueue()
    // A list linked both ways: a merge stands at its left neighbour's place, its right one is gone (next is `gone`).
    const next = new Int32Array(ids.length)
    const previous = new Int32Array(ids.length)
    for (let position = 0; position < ids.length; position++) {
      next[position] = position + 1
      previous[position] = position - 1
    }
    const consider = (position: number) => {
      if (position < 0 || next[position]! >= ids.length) return
      const rank = ranks.get(pairKey(ids[position]!, ids[next[position]!]!))
      if (rank !== undefined) queue.push({ rank, position, id: mergedIds[rank]! })
    }
    for (let position = 0; position < ids.length - 1; position++) {
      if (++step % charactersPerStep === 0) yield
      consider(position)
    }
    for (let merge = queue.pop(); merge; merge = queue.pop()) {
      if (++step % charactersPerStep === 0) yield
      const { position, id } = merge
      const right = next[position]!
      if (right === gone || right >= ids.length) continue
      // The neighbours may be others by now; that they make the same token is enough, as in Rust.
      const rank = ranks.get(pairKey(ids[position]!, ids[right]!))
      if (rank === undefined || mergedIds[rank] !== id) continue
      ids[position] = id
      next[position] = next[right]!
      next[right] = gone
      if (next[position]! < ids.length) previous[next[position]!] = position
      consider(previous[position]!)
      consider(position)
    }
    let kept = 0
    for (let position = 0; position < ids.length; position++)
      if (next[position] !== gone) ids[kept++] = ids[position]!
    ids.length = kept
    return ids
  }
}

const gone = -1

/** Two ids, each below 2^23 (see tokenizer-json.ts), as one number. */
function pairKey(left: number, right: number): number {
  return left * 2 ** 23 + right
}
