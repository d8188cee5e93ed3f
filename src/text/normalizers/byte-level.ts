/** The byte-level encoding of GPT-2: words include the space before them, and each UTF-8 byte becomes a character. */

import { whitespace } from '../unicode/bert-unicode.js'
import { toCharacterClass } from '../unicode/character-class.js'
import { letters, numbers } from '../unicode/further-unicode.js'

/** Creates the function that splits a text into contractions and runs of letters, numbers, whitespace and the rest. */
export function createByteLevelSplit(): (text: string) => string[] {
  const letter = toCharacterClass(letters)
  const number = toCharacterClass(numbers)
  const space = toCharacterClass(whitespace)
  const word = new RegExp(
    `'s|'t|'re|'ve|'m|'ll|'d| ?[${letter}]+| ?[${number}]+| ?[^${space}${letter}${number}]+|[${space}]+(?![^${space}])|[${space}]+`,
    'gu',
  )
  return (text) => text.match(word) ?? []
}

/** Creates the function that replaces each UTF-8 byte of a text by a printable character: a space by U+0120. */
export function createByteLevelWriter(): (text: string) => string {
  const utf8 = new TextEncoder()
  const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true })
  const codeOf = byteCharacters()
  return (text) => {
    if (printable.test(text)) return text[0] === ' ' ? `\u0120${text.slice(1)}` : text
    const codes = new Uint16Array(utf8.encode(text)).map((byte) => codeOf[byte]!)
    return codes.length > maxSpreadBytes ? utf16.decode(codes) : String.fromCharCode(...codes)
  }
}

/** Up to this number of bytes, passing them as arguments of a function is faster than decoding them. */
const maxSpreadBytes = 256

/** Text of which no character changes, except for a space at its start. */
const printable = /^ ?[!-~]*$/

/** The character of each byte: printable Latin-1 bytes stay the same, and the others get U+0100, U+0101 and so on. */
function byteCharacters(): Uint16Array {
  let others = 0
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    const isPrinted = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad)
    return isPrinted ? byte : 256 + others++
  })
}
