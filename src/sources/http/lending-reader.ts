/** Reads a body in little memory. */

/** How much is read at once at most. */
const lentBytes = 256 * 1024

/**
 * A reader whose chunks are there only until the next one is asked for: where the platform can, all are read into the
 * same memory. A browser gives each chunk memory of its own else, and collects it late: a download of 400 MB takes 200 MB.
 */
export function lendingReader(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): Pick<ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>, 'read' | 'cancel'> {
  const reader = byteReader(body)
  if (!reader) return body.getReader()
  let memory = new ArrayBuffer(lentBytes)
  return {
    async read() {
      const result = await reader.read(new Uint8Array(memory))
      if (result.value) memory = result.value.buffer
      return result as ReadableStreamReadResult<Uint8Array<ArrayBuffer>>
    },
    cancel: () => reader.cancel(),
  }
}

/** Not every browser's answers are streams of bytes, nor those of a `fetch` of one's own. */
function byteReader(body: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: 'byob' })
  } catch {
    return undefined
  }
}
