/** Adds tokens to a vocabulary as the Rust tokenizers library does. */

import type { AddedToken, TokenSpec } from '../added-token.js'

/**
 * Gives each token its id: that of the same token in the vocabulary, or the next one behind it. The ids that files give
 * to added tokens count for their order alone. Of two with the same content, the later one says how it is found. An empty
 * one is none: files have an empty string for a token that there is none of.
 *
 * @param vocabulary Its `size` is the number of tokens, which is less than that of ids where vocab.txt has equal lines.
 */
export function addTokens(
  tokens: readonly AddedToken[],
  specs: readonly TokenSpec[],
  vocabulary: { readonly tokenToId: ReadonlyMap<string, number>; readonly size: number },
): AddedToken[] {
  const added = new Map(tokens.map((token) => [token.content, token]))
  let next = tokens.reduce((next, { id }) => Math.max(next, id + 1), vocabulary.size)
  for (const spec of specs) {
    if (spec.content === '') continue
    const known = added.get(spec.content)?.id ?? vocabulary.tokenToId.get(spec.content)
    added.set(spec.content, { ...spec, id: known ?? next++ })
  }
  return [...added.values()]
}
