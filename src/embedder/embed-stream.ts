/** Embeds a stream of texts: an iterable of either kind. */

import { ArgumentTypeError, describe } from '../errors.js'
import type { Embedding } from './embed-options.js'
import type { TextStream } from './embedder-types.js'
import type { AnyIterator, StreamSteps } from './generate-vectors.js'

/**
 * Yields the vector of each text. When the source fails, or has something that is no string, the vectors of the texts
 * before it come first, and then its error. The source is closed when the consumer stops early.
 *
 * @throws {ArgumentTypeError} `INVALID_TEXT` when `source` is no stream; from the generator, when a text is no string.
 */
export function embedStream(
  source: TextStream,
  steps: StreamSteps,
): AsyncGenerator<Embedding, void, undefined> {
  return loadVectors(iteratorOf(source), steps)
}

/** Loaded when it is needed: most applications embed lists. */
async function* loadVectors(
  iterator: AnyIterator,
  steps: StreamSteps,
): AsyncGenerator<Embedding, void, undefined> {
  const { generateVectors } = await import('./generate-vectors.js')
  yield* generateVectors(iterator, steps)
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
