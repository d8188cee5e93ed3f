/** Unpacks ranges of code points to character classes, which match the same in every engine. */

/**
 * Returns the inside of a character class: put it between `[` and `]` in a regular expression with the flag `u`.
 *
 * @param packed Ranges in base 36, separated by spaces: `gap` for a single code point, `gap-more` for a code point and
 *   the `more` code points after it. `gap` is the number of code points between the previous range and this one.
 * @example
 * new RegExp(`[${toCharacterClass('1t-p 6-p')}]`, 'u') // [A-Za-z]: skip 65, A and 25 more, skip 6, a and 25 more
 */
export function toCharacterClass(packed: string): string {
  let next = 0
  let characterClass = ''
  for (const word of packed.split(' ')) {
    const [gap = 0, more = 0] = word.split('-').map((digits) => Number.parseInt(digits, 36))
    const first = next + gap
    next = first + more + 1
    characterClass += `${escapeCodePoint(first)}-${escapeCodePoint(next - 1)}`
  }
  return characterClass
}

function escapeCodePoint(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`
}
