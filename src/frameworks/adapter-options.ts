/** What all adapters share: their options, and the check of their embedder. */

import type { Embedder, EmbedOptions } from '../embedder/embedder-types.js'
import { ArgumentTypeError, describe } from '../errors.js'

/** Options of every call that the framework makes. The framework itself passes texts and signals. */
export type AdapterOptions = Omit<EmbedOptions, 'precision' | 'ranges' | 'signal' | 'onProgress'>

/**
 * @param place What the embedder is, for the message.
 * @throws {ArgumentTypeError} `INVALID_OPTION` if the value is not an embedder, but for example the promise of one.
 */
export function checkEmbedder(place: string, embedder: Embedder): void {
  if (typeof embedder?.embedQuery === 'function') return
  throw new ArgumentTypeError(
    'INVALID_OPTION',
    `${place} is ${describe(embedder)}, not an embedder, which await createEmbedder(…) returns.`,
  )
}
