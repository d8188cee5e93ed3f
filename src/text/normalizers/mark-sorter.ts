/** Sorts long runs of combining marks as normalization form D does. Engines take quadratic time for them. */

/** Shorter runs are left to the engine. No script has as many marks on one character, and sorting them is fast. */
const minSortedMarks = 32

/**
 * Creates the function that sorts each long run of marks.
 *
 * @param marks The marks, as the inside of a character class.
 */
export function createMarkSorter(marks: string): (text: string) => string {
  const longRun = new RegExp(`[${marks}]{${minSortedMarks},}`, 'gu')
  return (text) => text.replace(longRun, sortRun)
}

function sortRun(run: string): string {
  const marks = [...run].flatMap((mark) => [...mark.normalize('NFD')])
  // Comparing two marks is slow, so each distinct mark is compared and ranked once.
  const ranks = new Map([...new Set(marks)].sort(byCombiningClass).map((mark) => [mark, 0]))
  let rank = 0
  let previous: string | undefined
  for (const mark of ranks.keys()) {
    if (previous !== undefined && byCombiningClass(previous, mark) !== 0) rank++
    ranks.set(mark, rank)
    previous = mark
  }
  return marks.sort((a, b) => ranks.get(a)! - ranks.get(b)!).join('')
}

/** Compares the combining classes of two marks: the engine's normalization swaps a pair in the wrong order. */
function byCombiningClass(a: string, b: string): number {
  if ((a + b).normalize('NFD') !== a + b) return 1
  return (b + a).normalize('NFD') !== b + a ? -1 : 0
}
