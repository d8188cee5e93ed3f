/** What the server refuses, in the form of the API spoken. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gatedModel, startTestServer, type TestServer } from '../support/embedding-server.js'

/** Both APIs: the path, the name of the field for texts, and the forms of their errors. */
const apis = [
  { api: "OpenAI's API", path: '/v1/embeddings', field: 'input', model: { model: 'small' } },
  { api: 'text-embeddings-inference', path: '/embed', field: 'inputs', model: {} },
] as const

function expectForm(path: string, body: unknown): void {
  const message = expect.stringMatching(/^.{10,200}\.$/)
  const fields = { message, type: expect.any(String) }
  expect(body).toMatchObject(
    path.startsWith('/v1') ? { error: fields } : { error: message, error_type: expect.any(String) },
  )
}

describe.each(apis)('$api', ({ path, field, model }) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ limits: { maxBodyBytes: 1000, maxTexts: 3 } })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test.each([
    ['a large body', JSON.stringify({ ...model, [field]: 'a'.repeat(1000) }), 413],
    ['a body that is no JSON', 'knight', path === '/embed' ? 422 : 400],
    ['a body that is no object', '[]', path === '/embed' ? 422 : 400],
    ['a body that is no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), path === '/embed' ? 422 : 400],
    [
      'too many texts',
      JSON.stringify({ ...model, [field]: ['a', 'b', 'c', 'd'] }),
      path === '/embed' ? 413 : 400,
    ],
  ])('refuses %s', async (_, body, status) => {
    const answer = await server.post(path, null, { body })
    expect(answer.status).toBe(status)
    expectForm(path, await answer.json())
  })

  test('refuses a large body whose length it is not told', async () => {
    const body = new Blob([JSON.stringify({ ...model, [field]: 'a'.repeat(100_000) })]).stream()
    const init = { body, duplex: 'half' } as RequestInit
    const answer = await server.post(path, null, init)
    expect(answer.status).toBe(413)
    expectForm(path, await answer.json())
  })

  test.each([
    ['that is not declared as JSON, which a page of any origin could send', { 'content-type': 'text/plain' }],
    ['that is compressed', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('refuses a body %s', async (_, headers) => {
    const answer = await server.post(path, '{}', { headers })
    expect(answer.status).toBe(415)
    expectForm(path, await answer.json())
  })

  test('answers 429 while too many texts wait, and says when to ask again', async () => {
    const gated = gatedModel()
    await using server = await startTestServer({ models: [gated], limits: { maxWaitingTexts: 3 } })
    const first = server.post(path, { ...model, [field]: ['a', 'b'] })
    await expect.poll(gated.runs).toBe(1)
    const refused = await server.post(path, { ...model, [field]: ['c', 'd'] })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expectForm(path, await refused.json())
    const third = server.post(path, { ...model, [field]: 'e' })
    gated.open()
    expect([(await first).status, (await third).status]).toEqual([200, 200])
    expect((await server.post(path, { ...model, [field]: ['c', 'd'] })).status).toBe(200)
  })

  test('lets a request in that is larger than the queue if nothing waits', async () => {
    await using server = await startTestServer({ limits: { maxWaitingTexts: 1 } })
    expect((await server.post(path, { ...model, [field]: ['a', 'b'] })).status).toBe(200)
  })

  test('says of a body that is no object what it has to be', async () => {
    const answer = await server.post(path, '5')
    expect(await answer.text()).toContain('"The body has to be a JSON object."')
  })
})

test('the name of an unknown model is not sent back, however long it is', async () => {
  await using server = await startTestServer()
  const model = 'm'.repeat(100_000)
  const answer = await server.post('/v1/embeddings', { model, input: 'knight' })
  expect((await answer.json()).error.message).toBe('No model of this name is served. Served: small.')
})

describe('with API keys', () => {
  const apiKeys = ['first key', 'zweiter Schlüssel']
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ apiKeys })
  })
  afterAll(() => server[Symbol.asyncDispose]())
  const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })

  test.each([
    ['the first key', bearer('first key'), 200],
    ['the second key as UTF-8, as curl sends it', bearer(Buffer.from(apiKeys[1]!).toString('latin1')), 200],
    ['the second key as Latin-1, as fetch sends it', bearer(apiKeys[1]!), 200],
    ['a wrong key', bearer('first kez'), 401],
    ['the start of a key', bearer('first'), 401],
    ['an empty key', bearer(''), 401],
    ['the key without its scheme', { headers: { authorization: 'first key' } }, 401],
    ['no key', {}, 401],
  ])('a request with %s', async (_, init, status) => {
    for (const { path, field, model } of apis) {
      const answer = await server.post(path, { ...model, [field]: 'knight' }, init)
      expect(answer.status).toBe(status)
      if (status === 401) expectForm(path, await answer.json())
      if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  test.each([
    ['/health', 200],
    ['/metrics', 401],
    ['/info', 401],
    ['/v1/models', 401],
    ['/no-such-path', 401],
  ])('GET %s without a key answers %i', async (path, status) => {
    expect((await fetch(server.url + path)).status).toBe(status)
  })

  test('no key is in the log', () => {
    expect(server.log.length).toBeGreaterThan(10)
    expect(JSON.stringify(server.log)).not.toMatch(/first ke|Schl/)
  })
})

describe('pages of other origins', () => {
  const preflight = (server: TestServer, origin: string) =>
    fetch(`${server.url}/embed`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })

  test('may not call the server by default', async () => {
    await using server = await startTestServer()
    const answer = await preflight(server, 'https://a.example')
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('may call it from the origins that are allowed, also where a key is needed', async () => {
    await using server = await startTestServer({ corsOrigins: ['https://a.example'], apiKeys: ['key'] })
    const allowed = await preflight(server, 'https://a.example')
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://a.example')
    const other = await preflight(server, 'https://b.example')
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })
})
