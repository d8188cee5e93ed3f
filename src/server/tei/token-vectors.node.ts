/** The vectors of every token of some texts, as a stream: a list of them can be larger than memory. */

import type { Embedder } from '../../index.node.js'
import { mapTexts } from '../long-texts.node.js'

export interface TokenVectorsOptions {
  readonly truncate: boolean
  readonly signal: AbortSignal
}

/** @throws {ArgumentRangeError | RequestError} for any text that is too long, if it may not be cut. */
export async function checkLengths(
  texts: readonly string[],
  embedder: Embedder,
  { truncate, signal }: TokenVectorsOptions,
): Promise<void> {
  const check = (text: string) => void embedder.tokenize(text, { overflow: 'error' })
  if (!truncate) await mapTexts(texts, check, { embedder, signal })
}

/** Yields the pieces of a JSON list with a list of vectors for each text, special tokens included. */
export async function* tokenVectors(
  texts: readonly string[],
  embedder: Embedder,
  { truncate, signal }: TokenVectorsOptions,
): AsyncGenerator<string, void, undefined> {
  const overflow = truncate ? 'truncate' : 'error'
  for (const [index, text] of texts.entries()) {
    const { lastHiddenState } = await embedder.forward(text, { overflow, signal })
    const [, tokens, size] = lastHiddenState.shape as readonly [number, number, number]
    const rows = Array.from({ length: tokens }, (_, token) =>
      Array.from(lastHiddenState.data.subarray(token * size, (token + 1) * size)),
    )
    yield (index === 0 ? '[' : ',') + JSON.stringify(rows)
  }
  yield ']'
}

/**
 * Makes a body of pieces, each of which is made when the client has read the one before. The first one is awaited, so
 * that its error can still choose the status. `onEnd` is called once, also when the client goes away.
 */
export async function toBody(
  pieces: AsyncGenerator<string, void, undefined>,
  onEnd: () => void,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder()
  let next = pieces.next()
  try {
    await next
  } catch (error) {
    onEnd()
    throw error
  }
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await next
        if (done) {
          onEnd()
          controller.close()
        } else {
          next = pieces.next()
          // It is awaited by the next pull. Until then, its error is no unhandled rejection.
          next.catch(() => {})
          controller.enqueue(encoder.encode(value))
        }
      } catch (error) {
        onEnd()
        controller.error(error)
      }
    },
    async cancel() {
      onEnd()
      await pieces.return()
    },
  })
}
