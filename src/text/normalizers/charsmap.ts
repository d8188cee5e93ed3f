/** The normalizer `Precompiled`: SentencePiece's character map, a table that is part of the tokenizer.json. */

import { describe } from '../../errors.js'
import { invalidTokenizer } from '../files/invalid-tokenizer.js'
import { toCharacterClass } from '../unicode/character-class.js'
import { controls, extending, prepended } from '../unicode/further-unicode.js'

/** Maximum length of a grapheme that is replaced as a whole, in UTF-8 bytes. */
const maxGraphemeBytes = 5

/** Maximum number of cached graphemes: more than any text in a few languages has. */
const maxCachedGraphemes = 20_000

/**
 * Creates the normalizer of a precompiled charsmap.
 *
 * A grapheme of up to 5 bytes is replaced as a whole by the replacement of its shortest known prefix; the rest of it is
 * lost, as in SentencePiece's port to Rust. In longer graphemes, each character is replaced separately.
 *
 * @param charsmap Base64 of: the byte length of the trie (uint32, little-endian), a Darts double array of uint32, then
 *   the replacements, each followed by a zero byte.
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when the charsmap is invalid.
 */
export function createPrecompiled(charsmap: unknown): (text: string) => string {
  const { trie, replacements } = parseCharsmap(charsmap)
  const toBytes = new TextEncoder()
  const fromBytes = new TextDecoder('utf-8', { ignoreBOM: true })
  const known = new Map<string, string | undefined>()

  const replacementOf = (text: string): string | undefined => {
    if (known.has(text)) return known.get(text)
    if (known.size >= maxCachedGraphemes) known.clear()
    const found = find(toBytes.encode(text))
    known.set(text, found)
    return found
  }
  const replace = (grapheme: string): string => {
    const whole = isShort(grapheme) ? replacementOf(grapheme) : undefined
    if (whole !== undefined) return whole
    let replaced = ''
    for (const character of grapheme) replaced += replacementOf(character) ?? character
    return replaced
  }
  const asciiIsKept = Array.from({ length: 0x5f }, (_, at) => String.fromCharCode(0x20 + at)).every(
    (character) => replacementOf(character) === undefined,
  )
  const graphemes = new RegExp(graphemePattern(asciiIsKept), 'gu')
  return (text) => text.replace(graphemes, replace)

  function find(bytes: Uint8Array): string | undefined {
    let index = offsetOf(trie[0]!)
    for (const byte of bytes) {
      index ^= byte
      const unit = trie[index]
      // The lowest byte of a unit is its label. A unit with the highest bit set is a value, not an edge.
      if (byte === 0 || unit === undefined || (unit & 0x800000ff) !== byte) return undefined
      index ^= offsetOf(unit)
      if (unit & 0x100) return readReplacement((trie[index] ?? 0) & 0x7fffffff)
    }
    return undefined
  }

  function readReplacement(start: number): string {
    const end = replacements.indexOf(0, start)
    return fromBytes.decode(replacements.subarray(start, end === -1 ? undefined : end))
  }
}

function parseCharsmap(charsmap: unknown): { trie: Uint32Array; replacements: Uint8Array } {
  if (typeof charsmap !== 'string')
    throw invalidTokenizer(`precompiled_charsmap has to be base64, not ${describe(charsmap)}`)
  let binary: string
  try {
    binary = atob(charsmap)
  } catch (cause) {
    throw invalidTokenizer('precompiled_charsmap is not base64', { cause })
  }
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  const trieLength = bytes.length < 4 ? 0 : view.getUint32(0, true)
  if (trieLength < 4 || trieLength % 4 !== 0 || trieLength > bytes.length - 4)
    throw invalidTokenizer(
      `precompiled_charsmap has ${bytes.length} bytes, which can't contain a trie of ${trieLength} bytes`,
    )
  const trie = Uint32Array.from({ length: trieLength / 4 }, (_, at) => view.getUint32(4 + 4 * at, true))
  return { trie, replacements: bytes.subarray(4 + trieLength) }
}

/** The offset from a unit of the double array to its children. */
function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6)
}

function isShort(text: string): boolean {
  let bytes = 0
  for (const character of text) {
    const codePoint = character.codePointAt(0)!
    bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4
    if (bytes > maxGraphemeBytes) return false
  }
  return true
}

/**
 * Returns a pattern for graphemes that is exact for graphemes of up to 5 bytes. The rules for Hangul, flags, Indic
 * conjuncts and most emoji are left out: their graphemes are longer, so that their characters are replaced separately
 * anyway.
 */
function graphemePattern(asciiIsKept: boolean): string {
  const control = toCharacterClass(controls)
  const extend = `[${toCharacterClass(extending)}]`
  const prepend = `[${toCharacterClass(prepended)}]`
  // If printable ASCII is kept, it is matched only with extending characters: most text is then skipped quickly.
  const ordinary = asciiIsKept ? `[ -~]${extend}+|[^ -~${control}]${extend}*` : `[^${control}]${extend}*`
  return [
    String.raw`\r\n`,
    String.raw`(?:[\xa9\xae]\u200d)+\p{Extended_Pictographic}${extend}*`,
    `${prepend}+[^${control}]${extend}*`,
    ordinary,
    `[${control}]`,
  ].join('|')
}
