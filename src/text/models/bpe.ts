/**
 * Byte pair encoding: merges the characters of a word pair by pair, in the order of the merges (Sennrich et al., 2016).
 */

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
  /**
   * Pairs of tokens; earlier pairs are merged first. The vocabulary has the tokens of each pair and the merged token.
   */
  readonly merges: readonly (readonly [left: string, right: string])[]
  readonly unknownToken: string | undefined
  /** Prefix of each character that is not the first of its word. */
  readonly continuingSubwordPrefix: string
  /** Suffix of the last character of a word. */
  readonly endOfWordSuffix: string
  /** Encode consecutive unknown characters as a single unknown token. */
  readonly fuseUnknown: boolean
  /** Encode an unknown character as the tokens of its UTF-8 bytes, such as `<0x0A>`, if the vocabulary has them. */
  readonly byteFallback: boolean
  /** Encode a word that is in the vocabulary as one token, without merges. */
  readonly ignoreMerges: boolean
}

/** Creates the model in steps: vocabularies have hundreds of thousands of merges. */
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

/**
 * Returns the ids of a word's characters. The options decide about unknown ones; without an unknown token they are left
 * out.
 */
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
      // As in Rust: the bytes come before an unknown character that is held back to be fused with the next.
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

/** Returns the id of `<0x..>` for each UTF-8 byte of a text; `undefined` if the vocabulary lacks one of them. */
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

/** Creates the function that merges the ids of a word until no merge applies. */
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
    // A doubly linked list. A merge replaces its left token; the right token is removed, and its `next` is `removed`.
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
      if (right === removed || right >= ids.length) continue
      // The neighbours may have changed since the push. As in Rust, the merge applies if they make the same token.
      const rank = ranks.get(pairKey(ids[position]!, ids[right]!))
      if (rank === undefined || mergedIds[rank] !== id) continue
      ids[position] = id
      next[position] = next[right]!
      next[right] = removed
      if (next[position]! < ids.length) previous[next[position]!] = position
      consider(previous[position]!)
      consider(position)
    }
    let kept = 0
    for (let position = 0; position < ids.length; position++)
      if (next[position] !== removed) ids[kept++] = ids[position]!
    ids.length = kept
    return ids
  }
}

const removed = -1

/** Combines two ids to one number. Ids are below 2^23: see `maxVocabularySize` in tokenizer-json.ts. */
function pairKey(left: number, right: number): number {
  return left * 2 ** 23 + right
}
