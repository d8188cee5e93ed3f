/** Converts an iterable of chunks to a `ReadableStream`, for APIs such as `Response`. */

/**
 * Passes `chunks` to `consume` as a stream. If the chunks throw, the promise rejects with that same error; browsers
 * would replace it with a plain TypeError.
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
    // Without this, the stream would request a chunk before the previous one is read.
    return await consume(new ReadableStream(source, { highWaterMark: 0 }))
  } catch (error) {
    throw failure ? failure.error : error
  }
}
