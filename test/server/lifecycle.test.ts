/** Clients that go away, and the end of the server. */

import { describe, expect, test } from 'vitest'
import { gatedModel, startTestServer, type TestServer, trainedModel } from '../support/embedding-server.js'

const waitingTexts = (server: TestServer) => expect.poll(() => server.metric('bert_embed_waiting_texts'))

describe('a client that goes away', () => {
  test('frees the places of its texts, and they are not embedded', async () => {
    const gated = gatedModel()
    await using server = await startTestServer({ models: [gated] })
    // Two batches are given to the backend at a time. The texts of later requests wait.
    const running = [server.post('/embed', { inputs: 'first' })]
    await expect.poll(gated.runs).toBe(1)
    running.push(server.post('/embed', { inputs: 'second' }))
    await expect.poll(gated.runs).toBe(2)
    const controller = new AbortController()
    const { signal } = controller
    const gone = [
      server.post('/embed', { inputs: ['third', 'fourth'] }, { signal }),
      server.post('/v1/embeddings', { model: 'small', input: ['fifth'] }, { signal }),
    ].map((answer) => answer.catch(({ name }) => name))
    await waitingTexts(server).toBe(5)
    controller.abort()
    expect(await Promise.all(gone)).toEqual(['AbortError', 'AbortError'])
    await waitingTexts(server).toBe(2)
    gated.open()
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200])
    expect(gated.runs()).toBe(2)
    const statuses = server.log
      .filter(({ msg }) => msg === 'request')
      .map(({ route, status }) => [route, status])
    expect(statuses).toContainEqual(['/embed', 499])
    expect(statuses).toContainEqual(['/v1/embeddings', 499])
  })

  test('frees its places while its model is loaded', async () => {
    const load = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    await using server = await startTestServer({ models: [{ ...trainedModel, load }] })
    const controller = new AbortController()
    const gone = server.post('/embed', { inputs: 'knight' }, { signal: controller.signal }).catch(() => {})
    await waitingTexts(server).toBe(1)
    controller.abort()
    await gone
    await waitingTexts(server).toBe(0)
  })

  test('frees its places in the middle of an answer', async () => {
    await using server = await startTestServer()
    const inputs = Array.from({ length: 300 }, (_, index) => `${'sea '.repeat(200)}${index}`)
    const answer = await server.post('/embed_all', { inputs })
    const reader = answer.body!.getReader()
    await reader.read()
    expect(await server.metric('bert_embed_waiting_texts')).toBe(300)
    await reader.cancel()
    await waitingTexts(server).toBe(0)
  })
})

describe('the end of the server', () => {
  test('waits for the requests that it has taken, and takes no more', async () => {
    const gated = gatedModel()
    const server = await startTestServer({ models: [gated] })
    const taken = [server.post('/embed', { inputs: 'first' }), server.post('/embed', { inputs: 'second' })]
    await waitingTexts(server).toBe(2)
    // Longer than the longest time of Node's timers.
    const stopped = server.stop({ timeoutMs: 2 ** 31 })
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
    gated.open()
    const answers = await Promise.all(taken)
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers.map(({ headers }) => headers.get('connection'))).toEqual(['close', 'close'])
    expect(await stopped).toBe(true)
    expect(server.log.at(-1)).toMatchObject({ msg: 'stopped', isComplete: true })
  })

  test('ends the loads that come before listening, without an error in the log', async () => {
    const controller = new AbortController()
    const load = (signal: AbortSignal) => {
      queueMicrotask(() => controller.abort())
      return new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    }
    const log: Record<string, unknown>[] = []
    const { signal } = controller
    const started = startTestServer({ models: [{ ...trainedModel, load }], preload: true, signal, log })
    await expect(started).rejects.toThrow('aborted')
    expect(log.map(({ msg }) => msg)).toEqual(['model loading'])
  })

  test('closes the connections of requests that take too long', async () => {
    const gated = gatedModel()
    const server = await startTestServer({ models: [gated] })
    const lost = server.post('/embed', { inputs: 'first' }).catch(() => 'lost')
    await expect.poll(gated.runs).toBe(1)
    expect(await server.stop({ timeoutMs: 10 })).toBe(false)
    expect(await lost).toBe('lost')
    gated.open()
  })
})
