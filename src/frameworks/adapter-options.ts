/** What all adapters share: their options, and the check of their embedder. */

import { wrongKind } from '../checks/check-options.js'
import type { Embedder, EmbedOptions } from '../embedder/embedder-types.js'

/** Options of every call that the framework makes. The framework itself passes texts and signals. */
export type AdapterOptions = Omit<EmbedOptions, 'precision' | 'ranges' | 'signal' | 'onProgress'>

/** For frameworks that need the number of a vector's values in advance: pooling is an option of the embedder. */
export type FixedWidthOptions = Omit<AdapterOptions, 'pooling'>

/** Returns the number of a vector's values. As in `embed`, a larger `truncateDim` keeps all. */
export function widthOf({ dimension }: Embedder, { truncateDim }: FixedWidthOptions): number {
  return Math.min(truncateDim ?? dimension, dimension)
}

/**
 * @param place What the embedder is, for the message.
 * @throws {ArgumentTypeError} `INVALID_OPTION` if the value is not an embedder, but for example the promise of one.
 */
export function checkEmbedder(place: string, embedder: Embedder): void {
  if (typeof embedder?.embedQuery !== 'function')
    throw wrongKind(place, embedder, 'an embedder, which await createEmbedder(…) returns')
}
