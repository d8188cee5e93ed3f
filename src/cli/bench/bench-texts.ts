/** Texts of mixed lengths for `bench`, the same in each run. */

const words =
  `the of and to in that was his with for had which not on as but they from one were all this there would about out
  knight squire donkey windmill inn road village lance horse castle shepherd goat mountain river forest bread cheese wine
  storm harbour boat sail wave island captain letter library book reader author history language morning evening summer
  winter doctor teacher student question answer journey danger friend stranger kitchen onion soup salt rice garden flower`.split(
    /\s+/,
  )

/** Numbers of words: short questions, sentences, and paragraphs. */
const lengths = [4, 6, 8, 11, 14, 18, 24, 31, 40, 55, 80, 120]

export const shortText = 'Who rode beside the knight at dawn?'

export function benchTexts(count: number): string[] {
  const random = createRandom()
  const word = () => words[Math.floor(random() * words.length)]!
  return Array.from({ length: count }, (_, index) =>
    Array.from({ length: lengths[index % lengths.length]! }, word).join(' '),
  )
}

/** A linear congruential generator, with the constants of Numerical Recipes. */
function createRandom(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
