/** Packed ranges of code points as the inside of a regular expression's class, the same in every engine. */

/**
 * The class body (to stand between `[` and `]`, with the flag `u`) of packed ranges.
 *
 * @param packed Words of base 36, a blank between: `gap` for one code point, `gap-more` for one and `more` after it;
 *   `gap` counts the code points left out since the range before.
 * @example
 * new RegExp(`[${toCharacterClass('1t-p 6-p')}]`, 'u') // [A-Za-z]: 65 left out, A and 25 more, 6 left out, a and 25 more
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
