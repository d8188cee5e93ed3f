/** How the server loads models, shares batches, and counts what it does. */

import { describe, expect, test } from 'vitest'
import { BertEmbedError, type Embedder } from '../../src/index.node.js'
import { gatedModel, loadTrained, startTestServer, trainedModel } from '../support/embedding-server.js'

const bodyOf = (text: string, model = 'small') => ({ model, input: text })

describe('a model', () => {
  test('is loaded once, by the first requests that ask for it', async () => {
    const loads: string[] = []
    const models = ['small', 'other'].map((name) => ({
      name,
      load: (): Promise<Embedder> => {
        loads.push(name)
        return loadTrained()
      },
    }))
    await using server = await startTestServer({ models })
    expect(loads).toEqual([])
    const texts = Array.from({ length: 50 }, (_, index) => `text ${index}`)
    const answers = await Promise.all(
      texts.map((text) => server.post('/v1/embeddings', bodyOf(text, 'other'))),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(loads).toEqual(['other'])
  })

  test('that could not be loaded is loaded again by the next request', async () => {
    const loads = [
      () => failing,
      () => Promise.reject(new Error('/secret-path is broken')),
      () => loadTrained(),
    ]
    let fail = (_: Error) => {}
    const failing = new Promise<never>((_, reject) => {
      fail = reject
    })
    const load = (): Promise<Embedder> => loads.shift()!()
    await using server = await startTestServer({ models: [{ ...trainedModel, load }] })
    const first = [
      server.post('/v1/embeddings', bodyOf('knight')),
      server.post('/embed', { inputs: 'knight' }),
    ]
    await expect.poll(() => server.metric('bert_embed_waiting_texts')).toBe(2)
    fail(new BertEmbedError('NETWORK', 'https://hub.example/secret-path cannot be reached.'))
    const refused = await Promise.all(first)
    expect(refused.map(({ status }) => status)).toEqual([503, 503])
    const [openai, tei] = await Promise.all(refused.map((answer) => answer.json()))
    expect(openai.error).toMatchObject({ message: 'The model small could not be loaded (NETWORK).' })
    expect(tei).toEqual({ error: openai.error.message, error_type: 'Unhealthy' })
    const second = await server.post('/embed', { inputs: 'knight' })
    expect([second.status, (await second.json()).error]).toEqual([
      503,
      'The model small could not be loaded.',
    ])
    expect((await server.post('/embed', { inputs: 'knight' })).status).toBe(200)
    expect(await server.metric('bert_embed_model_loads_total{model="small",result="failed"}')).toBe(2)
    const logged = server.log.filter(({ msg }) => msg === 'model not loaded')
    expect(logged).toMatchObject([{ code: 'NETWORK', error: expect.stringContaining('hub.example') }, {}])
  })
})

test('concurrent requests share batches, and each gets the vector of its own text', async () => {
  const gated = gatedModel()
  await using embedder = await loadTrained()
  await using server = await startTestServer({ models: [gated] })
  const texts = Array.from({ length: 40 }, (_, index) => `${'knight '.repeat(1 + (index % 5))}${index}`)
  const answers = texts.map((text) => server.post('/embed', { inputs: text }))
  await expect.poll(() => server.metric('bert_embed_waiting_texts')).toBe(40)
  gated.open()
  const vectors = await Promise.all(answers.map(async (answer) => (await (await answer).json())[0]))
  expect(vectors.map((vector) => Float32Array.from(vector))).toEqual(
    await embedder.embed(texts, { normalize: true }),
  )
  expect(gated.runs()).toBeLessThan(10)
})

describe('what is written about a request', () => {
  test('the metrics count requests, texts and tokens, by routes and not by paths', async () => {
    await using server = await startTestServer()
    await server.post('/v1/embeddings', { model: 'small', input: ['a b', 'c'] })
    await server.post('/embed', { inputs: '' })
    await fetch(`${server.url}/v1/models/secret-text`)
    await fetch(`${server.url}/secret-text`)
    const text = await (await fetch(`${server.url}/metrics`)).text()
    const lines = text.split('\n')
    expect(lines).toContain(
      'bert_embed_http_requests_total{route="/v1/embeddings",method="POST",status="200"} 1',
    )
    expect(lines).toContain('bert_embed_http_requests_total{route="/embed",method="POST",status="400"} 1')
    expect(lines).toContain('bert_embed_http_requests_total{route="other",method="GET",status="404"} 1')
    expect(lines).toContain('bert_embed_texts_total{model="small"} 2')
    expect(lines).toContain('bert_embed_tokens_total{model="small"} 7')
    expect(lines).toContain('bert_embed_model_loads_total{model="small",result="loaded"} 1')
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m)
    expect(text).not.toContain('secret-text')
  })

  test('the log has a line for each request, without its texts', async () => {
    await using server = await startTestServer()
    const answer = await server.post('/v1/embeddings', { model: 'small', input: 'secret text' })
    await server.post('/v1/embeddings', { model: 'secret model', input: 'secret text' })
    await server.post('/v1/embeddings', '{"secret text')
    await server.post('/secret/path?secret=query', {})
    const lines = server.log.filter(({ msg }) => msg === 'request')
    expect(lines).toMatchObject([
      { method: 'POST', route: '/v1/embeddings', status: 200, model: 'small', texts: 1, tokens: 4 },
      { route: '/v1/embeddings', status: 404, error: { kind: 'unknown_model' } },
      { route: '/v1/embeddings', status: 400, error: { kind: 'invalid' } },
      { route: 'other', status: 404, error: { kind: 'unknown_route' } },
    ])
    expect(lines[0]).toMatchObject({ ms: expect.any(Number), requestId: answer.headers.get('x-request-id') })
    expect(JSON.stringify(server.log)).not.toContain('secret')
  })

  test('a failure inside the model is logged by its code, and the client is not told its message', async () => {
    const load = async (): Promise<Embedder> => ({
      ...(await loadTrained()),
      embed(): Promise<never> {
        return Promise.reject(new BertEmbedError('BACKEND_FAILED', 'failed for "secret text"'))
      },
    })
    await using server = await startTestServer({ models: [{ ...trainedModel, load }] })
    const openai = await server.post('/v1/embeddings', bodyOf('secret text'))
    expect([openai.status, (await openai.json()).error.type]).toEqual([500, 'server_error'])
    const tei = await server.post('/embed', { inputs: 'secret text' })
    expect([tei.status, await tei.json()]).toEqual([
      424,
      { error: 'The model failed to embed the texts.', error_type: 'Backend' },
    ])
    const failed = server.log.filter(({ msg, level }) => msg === 'request' && level === 50)
    expect(failed).toMatchObject([
      { error: { code: 'BACKEND_FAILED' } },
      { error: { code: 'BACKEND_FAILED' } },
    ])
    expect(JSON.stringify(server.log)).not.toContain('secret')
  })
})
