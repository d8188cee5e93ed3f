/** The vectors of every token of some texts. */

import type { Embedder } from '../../index.node.js'
import { mapTexts } from '../long-texts.node.js'

interface TokenVectorsOptions {
  readonly truncate: boolean
  readonly signal: AbortSignal
  /** Called for each text with the number of its tokens. */
  readonly onText: (tokens: number) => void
}

/**
 * Yields the vectors of each text, special tokens included. The lengths of all texts are checked first.
 *
 * @throws {ArgumentRangeError | RequestError} for any text that is too long, if it may not be cut
 */
export async function* tokenVectors(
  texts: readonly string[],
  embedder: Embedder,
  { truncate, signal, onText }: TokenVectorsOptions,
): AsyncGenerator<number[][], void, undefined> {
  const overflow = truncate ? 'truncate' : 'error'
  if (!truncate) {
    const check = (text: string) => void embedder.tokenize(text, { overflow })
    for await (const _ of mapTexts(texts, check, { embedder, signal }));
  }
  for (const text of texts) {
    const { lastHiddenState } = await embedder.forward(text, { overflow, signal })
    const [, tokens, size] = lastHiddenState.shape as readonly [number, number, number]
    onText(tokens)
    yield Array.from({ length: tokens }, (_, token) =>
      Array.from(lastHiddenState.data.subarray(token * size, (token + 1) * size)),
    )
  }
}
