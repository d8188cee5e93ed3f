/** Embeds a stream of texts: a synchronous or asynchronous iterable. */

import { ArgumentTypeError, describe } from '../../errors.js'
import type { Embedding } from '../embed-options.js'
import type { TextStream } from '../embedder-types.js'
import type { StreamOptions } from './generate-vectors.js'
import type { AnyIterator } from './read-ahead.js'

/**
 * Yields the vector of each text. When the source fails or yields a value that is not a string, the vectors of the
 * texts before it come first, and then the error. The source is closed when the consumer stops early.
 *
 * @throws {ArgumentTypeError} `INVALID_TEXT` at once when `source` is not a stream; later, when a text is not a string.
 */
export function embedStream(
  source: TextStream,
  options: StreamOptions,
): AsyncGenerator<Embedding, void, undefined> {
  return loadVectors(iteratorOf(source), options)
}

/** Imports the generator on demand: most applications embed lists. */
async function* loadVectors(
  iterator: AnyIterator,
  options: StreamOptions,
): AsyncGenerator<Embedding, void, undefined> {
  const { generateVectors } = await import('./generate-vectors.js')
  yield* generateVectors(iterator, options)
}

function iteratorOf(source: TextStream): AnyIterator {
  const isObject = typeof source === 'object' && source !== null
  if (isObject && Symbol.asyncIterator in source) return source[Symbol.asyncIterator]()
  if (isObject && Symbol.iterator in source) return source[Symbol.iterator]()
  throw new ArgumentTypeError(
    'INVALID_TEXT',
    `embedStream takes an iterable or async iterable of strings, found ${describe(source)}.`,
  )
}
