/** Unigram: splits a word into its most probable tokens (Kudo, 2018) by the Viterbi algorithm. */

import { runSteps, type Steps } from '../../async/steps.js'
import { byteTokens } from './bpe.js'
import { createTokenTrie } from './token-trie.js'
import {
  cacheShortWords,
  charactersPerStep,
  noUnknownToken,
  type TokenizerModel,
  type Tokens,
} from './tokenizer-model.js'

export interface UnigramOptions {
  /** The tokens with the logarithms of their probabilities. The id of a token is its index. */
  readonly pieces: readonly (readonly [token: string, score: number])[]
  readonly tokenToId: ReadonlyMap<string, number>
  readonly unknownId: number | undefined
  /** Encode unknown text as the tokens of its UTF-8 bytes, such as `<0x0A>`, if the vocabulary has them. */
  readonly byteFallback: boolean
}

/** The score of an unknown character is this much below the lowest score of a token. */
const unknownPenalty = 10

/** Creates the model in steps: vocabularies have hundreds of thousands of tokens. */
export function* createUnigram(options: UnigramOptions): Steps<TokenizerModel> {
  const { pieces, tokenToId, unknownId, byteFallback } = options
  const scores = new Float64Array(pieces.length)
  let lowest = Number.POSITIVE_INFINITY
  for (let id = 0; id < pieces.length; id++) {
    if (id % charactersPerStep === 0) yield
    scores[id] = parseScoreAsRust(pieces[id]![1])
    if (scores[id]! < lowest) lowest = scores[id]!
  }
  const unknownScore = lowest - unknownPenalty
  const trie = yield* createTokenTrie(pieces)

  return {
    tokenToId,
    tokenize: cacheShortWords((word, tokens) => runSteps(tokenizeLong(word, tokens))),
    tokenizeLong,
  }

  function* tokenizeLong(word: string, tokens: Tokens): Steps {
    let start = 0
    let step = 0
    // Consecutive unknown characters become one token, which starts here; -1 for none.
    let unknownStart = -1
    const { ends, ids } = yield* bestEnds(word)
    for (const end of ends) {
      const id = ids[end]!
      if (++step % charactersPerStep === 0) yield
      if (id === unknownId && unknownStart === -1) unknownStart = start
      if (id !== unknownId && unknownStart !== -1) {
        add(word.slice(unknownStart, start), tokens)
        unknownStart = -1
      }
      if (id !== unknownId) add(word.slice(start, end), tokens)
      start = end
    }
    if (unknownStart !== -1) add(word.slice(unknownStart), tokens)
  }

  /** Returns the ends of the tokens on the best path, and for each end the id of its token. */
  function* bestEnds(word: string): Steps<{ readonly ends: Int32Array; readonly ids: Int32Array }> {
    const score = new Float64Array(word.length + 1)
    const from = new Int32Array(word.length + 1).fill(-1)
    const ids = new Int32Array(word.length + 1)
    for (let start = 0, width = 0, step = 0; start < word.length; start += width) {
      if (++step % charactersPerStep === 0) yield
      width = word.codePointAt(start)! > 0xffff ? 2 : 1
      let isKnown = false
      const reach = (end: number, id: number, candidate: number) => {
        // Of equal scores, the first one stays.
        if (from[end] !== -1 && !(candidate > score[end]!)) return
        score[end] = candidate
        from[end] = start
        ids[end] = id
      }
      trie.match(word, start, (id, end) => {
        reach(end, id, scores[id]! + score[start]!)
        if (end === start + width) isKnown = true
      })
      if (isKnown) continue
      reach(start + width, unknownId ?? -1, unknownScore + score[start]!)
      if (unknownId === undefined && ids[start + width] === -1)
        throw noUnknownToken(word.slice(start, start + width))
    }
    const ends = new Int32Array(word.length)
    let first = word.length
    for (let end = word.length; end > 0; end = from[end]!) ends[--first] = end
    return { ends: ends.subarray(first), ids }
  }

  function add(part: string, tokens: Tokens): void {
    const id = tokenToId.get(part)
    const bytes = id === undefined && byteFallback ? byteTokens(part, tokenToId) : undefined
    if (bytes)
      for (const byte of bytes) {
        tokens.ids.push(byte)
        tokens.tokens.push(pieces[byte]![0])
      }
    else {
      if (id === undefined && unknownId === undefined) throw noUnknownToken(part)
      tokens.ids.push((id ?? unknownId)!)
      tokens.tokens.push(part)
    }
  }
}

/**
 * Returns a score as Rust's JSON parser reads it: the digits as a whole number, multiplied by a power of ten. A long
 * score is rounded twice, and so may be one ulp off. That decides between paths of equal probability.
 */
function parseScoreAsRust(score: number): number {
  const text = String(Math.abs(score))
  const [digits = '', exponent = '0'] = text.split('e')
  const point = digits.indexOf('.')
  const fraction = point === -1 ? 0 : digits.length - point - 1
  const whole = Number(point === -1 ? digits : digits.slice(0, point) + digits.slice(point + 1))
  const power = Number(exponent) - fraction
  const value = power < 0 ? whole / Number(`1e${-power}`) : whole * Number(`1e${power}`)
  return score < 0 ? -value : value
}
