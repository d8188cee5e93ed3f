/** Lists that are made while the client reads them. */

import { afterEach, expect, test, vi } from 'vitest'
import { toListBody } from '../../src/server/tei/list-body.node.js'

afterEach(() => {
  vi.useRealTimers()
})

async function* count(end: number) {
  for (let number = 0; number < end; number++) yield { number }
}

test('a list is valid JSON, and ends once', async () => {
  const onEnd = vi.fn()
  const body = await toListBody(count(3), onEnd)
  expect(await new Response(body).json()).toEqual([{ number: 0 }, { number: 1 }, { number: 2 }])
  expect(onEnd).toHaveBeenCalledOnce()
})

test('a client that stops to read loses the answer after five minutes, and one that reads slowly does not', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const onEnd = vi.fn()
  const reader = (await toListBody(count(100), onEnd)).getReader()
  for (let read = 0; read < 3; read++) {
    expect((await reader.read()).done).toBe(false)
    await vi.advanceTimersByTimeAsync(299_000)
  }
  expect(onEnd).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(onEnd).toHaveBeenCalled()
  await expect(reader.read()).rejects.toThrow('does not read')
})

test('a failure in the middle of a list tells no text', async () => {
  async function* fail() {
    yield* count(1)
    throw new Error('failed for "secret text"')
  }
  const onEnd = vi.fn()
  const asked = new Response(await toListBody(fail(), onEnd)).text()
  await expect(asked).rejects.toMatchObject({
    message: 'The model failed to embed the texts.',
    stack: undefined,
  })
  expect(onEnd).toHaveBeenCalledOnce()
})
