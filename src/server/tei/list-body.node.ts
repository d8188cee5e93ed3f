/** Answers with a list as a stream: with something for each token of each text, it can be larger than memory. */

import { toRequestError } from '../request-error.node.js'

/** How long a client may leave what is sent unread, as long as Node waits for a request: the texts keep their places. */
const maxUnreadMs = 300_000

/**
 * Makes the body of a JSON list. Each item is made when the client has read the one before. The first one is awaited, so
 * that its error can still choose the status. `onEnd` is called at the end of the body, also when the client goes away
 * or stops to read.
 */
export async function toListBody(
  items: AsyncIterable<unknown>,
  onEnd: () => void,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder()
  const pieces = toPieces(items)
  let next = pieces.next()
  await next
  let unread: NodeJS.Timeout | undefined
  return new ReadableStream({
    async pull(controller) {
      clearTimeout(unread)
      try {
        const { done, value } = await next
        if (done) {
          onEnd()
          controller.close()
        } else {
          next = pieces.next()
          // The next pull awaits it. Without a handler until then, Node would report its error as unhandled.
          next.catch(() => {})
          unread = setTimeout(() => {
            onEnd()
            controller.error(withoutStack('The client does not read the answer.'))
          }, maxUnreadMs).unref()
          controller.enqueue(encoder.encode(value))
        }
      } catch (error) {
        onEnd()
        controller.error(withoutStack(toRequestError(error).message))
      }
    },
    async cancel() {
      clearTimeout(unread)
      onEnd()
      await pieces.return()
    },
  })
}

/** Hono sends the message of a stream's error to the client, and prints the error: it has no text and no stack. */
function withoutStack(message: string): Error {
  return Object.assign(new Error(message), { stack: undefined })
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
