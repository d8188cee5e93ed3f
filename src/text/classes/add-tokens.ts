/** Adds tokens to a vocabulary as the Rust tokenizers library does. */

import type { AddedToken, TokenSpec } from '../added-token.js'

/**
 * Assigns an id to each token: the id of the same token in the vocabulary, or the next id after all others. The ids
 * that files have for added tokens only decide their order. Of two tokens with the same content, the options of the
 * later one count. Tokens without content are ignored: files have an empty string for a token that does not exist.
 *
 * @param vocabulary Its `size` is the number of tokens, which is less than the number of ids if vocab.txt has equal
 *   lines.
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
