/** The name that somebody probably meant. */

/** What other libraries call it, where the letters do not tell. */
const otherNames: Readonly<Record<string, string>> = { quantized: 'dtype', batchSize: 'maxBatchTokens' }

/** Names that have less than this share of their pairs of letters in common are other words. */
const leastInCommon = 0.3

/** Of some names, the one with the most pairs of letters in common; `undefined` when none is like it. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (Object.hasOwn(otherNames, name) && names.includes(otherNames[name]!)) return otherNames[name]
  const pairs = pairsOf(name)
  let nearest: string | undefined
  let most = leastInCommon
  for (const known of names) {
    const others = pairsOf(known)
    const common =
      pairs.filter((pair) => others.includes(pair)).length / Math.max(pairs.length, others.length)
    if (common > most) [nearest, most] = [known, common]
  }
  return nearest
}

/** Neighbouring letters, without case and signs: other libraries write max_length for maxLength. */
function pairsOf(name: string): string[] {
  const letters = [...` ${name.toLowerCase().replace(/[^a-z]/g, '')} `]
  return letters.slice(1).map((letter, at) => letters[at] + letter)
}
