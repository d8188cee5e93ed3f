import { expect, test } from 'vitest'
import { sharedBufferReader } from '../../src/sources/http/shared-buffer-reader.js'

/** Enqueues each list of values as a chunk, then closes the stream. */
function sourceOf(chunks: readonly (readonly number[])[]) {
  const left = [...chunks]
  return {
    pull(controller: ReadableStreamDefaultController | ReadableByteStreamController) {
      const chunk = left.shift()
      if (chunk) return controller.enqueue(Uint8Array.from(chunk))
      controller.close()
      // A pending read into a buffer only ends with this call.
      if ('byobRequest' in controller) controller.byobRequest?.respond(0)
    },
  }
}

const chunks = [[1, 2, 3], [4], [5, 6]]

test.each([
  ['bytes', new ReadableStream<Uint8Array<ArrayBuffer>>({ type: 'bytes', ...sourceOf(chunks) })],
  ['chunks', new ReadableStream<Uint8Array<ArrayBuffer>>(sourceOf(chunks))],
])('a stream of %s is read to its end', async (_, stream) => {
  const reader = sharedBufferReader(stream)
  const values: number[] = []
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    values.push(...value)
  }
  expect(values).toEqual(chunks.flat())
})

test('all reads of a byte stream use the same memory', async () => {
  const reader = sharedBufferReader(new ReadableStream({ type: 'bytes', ...sourceOf(chunks) }))
  const { value: first } = await reader.read()
  expect([...first!]).toEqual([1, 2, 3])
  const { value: second } = await reader.read()
  expect([...second!]).toEqual([4])
  expect(first!.byteLength).toBe(0)
})

test('cancelling the reader cancels its stream', async () => {
  const cancelled: unknown[] = []
  const cancel = () => void cancelled.push(true)
  await sharedBufferReader(new ReadableStream({ type: 'bytes', ...sourceOf(chunks), cancel })).cancel()
  await sharedBufferReader(
    new ReadableStream<Uint8Array<ArrayBuffer>>({ ...sourceOf(chunks), cancel }),
  ).cancel()
  expect(cancelled).toEqual([true, true])
})
