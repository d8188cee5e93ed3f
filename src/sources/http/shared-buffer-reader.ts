/** Reads a response body with little memory. */

/** Maximum number of bytes per read. */
const bufferBytes = 256 * 1024

/**
 * Creates a reader whose chunks are valid only until the next read, because all reads share one buffer if the body
 * supports it. Otherwise browsers allocate memory for each chunk and collect it late: a download of 400 MB needs 200
 * MB.
 */
export function sharedBufferReader(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): Pick<ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>, 'read' | 'cancel'> {
  const reader = byteReader(body)
  if (!reader) return body.getReader()
  let memory = new ArrayBuffer(bufferBytes)
  return {
    async read() {
      const result = await reader.read(new Uint8Array(memory))
      if (result.value) memory = result.value.buffer
      return result as ReadableStreamReadResult<Uint8Array<ArrayBuffer>>
    },
    cancel: () => reader.cancel(),
  }
}

/** Returns `undefined` if the body is not a byte stream, as in some browsers and with a caller's `fetch`. */
function byteReader(body: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: 'byob' })
  } catch {
    return undefined
  }
}
