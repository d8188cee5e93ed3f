/** Text as GPT-2 sees it: words with the blank before them, each byte of their UTF-8 written as a character. */

import { whitespace } from '../unicode/bert-unicode.js'
import { toCharacterClass } from '../unicode/character-class.js'
import { letters, numbers } from '../unicode/further-unicode.js'

/** Makes the function that splits a text into words: contractions, letters, numbers, the rest, and runs of blanks. */
export function createByteLevelSplit(): (text: string) => string[] {
  const letter = toCharacterClass(letters)
  const number = toCharacterClass(numbers)
  const blank = toCharacterClass(whitespace)
  const word = new RegExp(
    `'s|'t|'re|'ve|'m|'ll|'d| ?[${letter}]+| ?[${number}]+| ?[^${blank}${letter}${number}]+|[${blank}]+(?![^${blank}])|[${blank}]+`,
    'gu',
  )
  return (text) => text.match(word) ?? []
}

/** Makes the function that writes each byte of a text's UTF-8 as one printable character, a blank as U+0120. */
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

/** Bytes that are quicker to take as arguments of a function. */
const maxSpreadBytes = 256

/** What prints as it is, a blank before it. */
const printable = /^ ?[!-~]*$/

/** Bytes that print as Latin-1 are themselves; the others come from U+0100 on, in their order. */
function byteCharacters(): Uint16Array {
  let others = 0
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    const isPrinted = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad)
    return isPrinted ? byte : 256 + others++
  })
}
