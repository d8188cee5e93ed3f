/** Finds the option that a caller probably meant by a name that is not an option. */

/** Names of other libraries for our options, where the letters do not tell. */
const otherNames: Readonly<Record<string, string>> = { quantized: 'dtype', batchSize: 'maxBatchTokens' }

/** Names that share a smaller part of their letter pairs are different words. */
const minCommonShare = 0.3

/** Returns the name that shares the most letter pairs with `name`, or `undefined` when none is similar. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (Object.hasOwn(otherNames, name) && names.includes(otherNames[name]!)) return otherNames[name]
  const pairs = pairsOf(name)
  let nearest: string | undefined
  let nearestShare = minCommonShare
  for (const known of names) {
    const others = pairsOf(known)
    const share = pairs.filter((pair) => others.includes(pair)).length / Math.max(pairs.length, others.length)
    if (share > nearestShare) [nearest, nearestShare] = [known, share]
  }
  return nearest
}

/** Pairs of neighbouring letters, without case and punctuation: other libraries write max_length for maxLength. */
function pairsOf(name: string): string[] {
  const letters = [...` ${name.toLowerCase().replace(/[^a-z]/g, '')} `]
  return letters.slice(1).map((letter, at) => letters[at] + letter)
}
