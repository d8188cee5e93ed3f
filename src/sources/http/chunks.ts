/** From chunks to what the Web platform takes them as: a stream. */

/**
 * Hands `chunks` to `consume` as a stream. When they throw, so does this, with their own error: what streams make of
 * it on their way through the browser is a plain TypeError.
 */
export async function consumeChunks<T>(
  chunks: AsyncIterable<Uint8Array>,
  consume: (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => Promise<T>,
): Promise<T> {
  const iterator = chunks[Symbol.asyncIterator]()
  let failure: { readonly error: unknown } | undefined
  const source: UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> = {
    async pull(controller) {
      try {
        const { done, value } = await iterator.next()
        if (done) controller.close()
        else controller.enqueue(value as Uint8Array<ArrayBuffer>)
      } catch (error) {
        failure = { error }
        throw error
      }
    },
    async cancel() {
      await iterator.return?.()
    },
  }
  try {
    // None ahead: the next chunk is asked for when the one before it has been read.
    return await consume(new ReadableStream(source, { highWaterMark: 0 }))
  } catch (error) {
    throw failure ? failure.error : error
  }
}
