/** Long piles of combining marks, put in the order of normalisation form D: engines take quadratic time for it. */

/** Marks on one character that an engine may put in order by itself: more than any script has, and quickly done. */
const maxPileForEngine = 32

/** Makes the function that puts each long pile of marks in order. @param marks The marks, as a character class's body. */
export function createMarkSorter(marks: string): (text: string) => string {
  const longPile = new RegExp(`[${marks}]{${maxPileForEngine},}`, 'gu')
  return (text) => text.replace(longPile, sortPile)
}

function sortPile(pile: string): string {
  const marks = [...pile].flatMap((mark) => [...mark.normalize('NFD')])
  // Comparing asks the engine: for each mark there is, not for each time it stands there.
  const ranks = new Map([...new Set(marks)].sort(byCombiningClass).map((mark) => [mark, 0]))
  let rank = 0
  let before: string | undefined
  for (const mark of ranks.keys()) {
    if (before !== undefined && byCombiningClass(before, mark) !== 0) rank++
    ranks.set(mark, rank)
    before = mark
  }
  return marks.sort((a, b) => ranks.get(a)! - ranks.get(b)!).join('')
}

/** The order of normalisation form D, which shows in what the engine does to a pair. */
function byCombiningClass(a: string, b: string): number {
  if ((a + b).normalize('NFD') !== a + b) return 1
  return (b + a).normalize('NFD') !== b + a ? -1 : 0
}
