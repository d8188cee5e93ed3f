/** Answers with a list as a stream: with something for each token of each text, it can be larger than memory. */

/**
 * Makes the body of a JSON list. Each item is made when the client has read the one before. The first one is awaited, so
 * that its error can still choose the status. `onEnd` is called at the end of the body, also when the client goes away.
 */
export async function toListBody(
  items: AsyncIterable<unknown>,
  onEnd: () => void,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder()
  const pieces = toPieces(items)
  let next = pieces.next()
  await next
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

/** The pieces of a JSON list of one or more items. */
async function* toPieces(items: AsyncIterable<unknown>): AsyncGenerator<string, void, undefined> {
  let before = '['
  for await (const item of items) {
    yield before + JSON.stringify(item)
    before = ','
  }
  yield ']'
}
