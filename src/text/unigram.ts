/** Unigram: the most probable way to write a word in tokens (Kudo, 2018), found by Viterbi's algorithm. */

import { byteTokens } from './bpe.js'
import { createTokenTrie } from './token-trie.js'
import {
  charactersPerStep,
  finish,
  noUnknownToken,
  remembering,
  type Steps,
  type TokenizerModel,
  type Tokens,
} from './tokenizer-model.js'

export interface UnigramOptions {
  /** The tokens, a token's id being its place, with the logarithms of their probabilities. */
  readonly pieces: readonly (readonly [token: string, score: number])[]
  readonly tokenToId: ReadonlyMap<string, number>
  readonly unknownId: number | undefined
  /** What is unknown is written as the tokens of its bytes, `<0x0A>`, where the vocabulary has them. */
  readonly byteFallback: boolean
}

/** How much less probable than the least probable token an unknown character is. */
const unknownPenalty = 10

export function createUnigram(options: UnigramOptions): TokenizerModel {
  const { pieces, tokenToId, unknownId, byteFallback } = options
  const scores = Float64Array.from(pieces, ([, score]) => asRustReads(score))
  const unknownScore = scores.reduce((lowest, score) => Math.min(lowest, score), Infinity) - unknownPenalty
  const trie = createTokenTrie(pieces.map(([token]) => token))

  return {
    tokenToId,
    encode: remembering((word, tokens) => finish(encodeLong(word, tokens))),
    encodeLong,
  }

  function* encodeLong(word: string, tokens: Tokens): Steps {
    let start = 0
    let step = 0
    // Unknown characters in a row are one token.
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

  /** Where the tokens of the best path end, and the ids of those that end at each place. */
  function* bestEnds(word: string): Steps<{ readonly ends: Int32Array; readonly ids: Int32Array }> {
    const score = new Float64Array(word.length + 1)
    const from = new Int32Array(word.length + 1).fill(-1)
    const ids = new Int32Array(word.length + 1)
    for (let start = 0, width = 0, step = 0; start < word.length; start += width) {
      if (++step % charactersPerStep === 0) yield
      width = word.codePointAt(start)! > 0xffff ? 2 : 1
      let isKnown = false
      const reach = (end: number, id: number, candidate: number) => {
        // Of equals the one that was there first stays.
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
 * A score as Rust's JSON parser takes it: its digits as one whole number, then the power of ten. Rounded twice, long
 * ones come out an ulp beside what they say, which decides between paths that are as good as each other.
 */
function asRustReads(score: number): number {
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(
    String(score),
  )!
  const power = Number(exponent) - fraction.length
  const digits = Number(whole + fraction)
  const value = power < 0 ? digits / Number(`1e${-power}`) : digits * Number(`1e${power}`)
  return sign ? -value : value
}
