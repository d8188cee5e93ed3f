/** Yields the vectors of a stream of texts in order, and reports progress. */

import type { Embedding } from '../embed-options.js'
import type { EmbedStreamProgress } from '../embedder-types.js'
import { type AnyIterator, type ReadAheadOptions, readAhead } from './read-ahead.js'

export interface StreamOptions extends ReadAheadOptions {
  readonly onProgress?: ((progress: EmbedStreamProgress) => void) | undefined
}

/** @throws {ArgumentTypeError} `INVALID_TEXT` when a text is not a string. */
export async function* generateVectors(
  iterator: AnyIterator,
  { onProgress, ...options }: StreamOptions,
): AsyncGenerator<Embedding, void, undefined> {
  let textsDone = 0
  let tokensDone = 0
  for await (const { vector, tokens } of readAhead(iterator, options)) {
    const embedding = await vector
    textsDone++
    tokensDone += tokens
    onProgress?.({ type: 'embed', textsDone, tokensDone })
    yield embedding
  }
}
