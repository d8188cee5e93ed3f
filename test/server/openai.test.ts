/** OpenAI's API, asked by OpenAI's own client. */

import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Embedder } from '../../src/index.node.js'
import { loadTrained, startTestServer, type TestServer } from '../support/embedding-server.js'

const texts = ['A knight rode out at dawn.', 'Stir the soup.', 'ships']
const model = 'small'

let embedder: Embedder
let server: TestServer
let client: OpenAI
beforeAll(async () => {
  embedder = await loadTrained()
  server = await startTestServer()
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await embedder.dispose()
})

const toFloat32 = (vectors: readonly { embedding: readonly number[] }[]) =>
  vectors.map(({ embedding }) => Float32Array.from(embedding))

describe('POST /v1/embeddings', () => {
  test.each([
    ['base64, which the client asks for by default', undefined],
    ['float', 'float'],
  ] as const)("answers with the library's vectors, bit for bit, in %s", async (_, encoding_format) => {
    const answer = await client.embeddings.create({ model, input: texts, encoding_format })
    expect(toFloat32(answer.data)).toEqual(await embedder.embed(texts, { normalize: true }))
    expect(answer.data.map(({ index, object }) => [index, object])).toEqual(
      texts.map((_, index) => [index, 'embedding']),
    )
    expect(answer).toMatchObject({ object: 'list', model })
  })

  test('answers one string with one vector', async () => {
    const { data } = await client.embeddings.create({ model, input: texts[0]! })
    expect(toFloat32(data)).toEqual([await embedder.embed(texts[0]!, { normalize: true })])
  })

  test.each([
    ['a list of ids', (ids: number[][]) => ids[0]!, 1],
    ['a list of lists of ids', (ids: number[][]) => ids, 3],
  ])('takes %s', async (_, toInput, count) => {
    const ids = texts.map((text) => Array.from(embedder.tokenizer.encode(text).ids))
    const { data, usage } = await client.embeddings.create({ model, input: toInput(ids) })
    expect(toFloat32(data)).toEqual(await embedder.embed(texts.slice(0, count), { normalize: true }))
    expect(usage.prompt_tokens).toBe(ids.slice(0, count).flat().length)
  })

  test('keeps as many dimensions as asked for, and scales them to length 1', async () => {
    const { data } = await client.embeddings.create({ model, input: texts, dimensions: 16 })
    expect(toFloat32(data)).toEqual(await embedder.embed(texts, { normalize: true, truncateDim: 16 }))
  })

  test('counts the tokens that the model has seen', async () => {
    const { usage } = await client.embeddings.create({ model, input: [...texts, texts[0]!] })
    const counts = [...texts, texts[0]!].map((text) => embedder.tokenizer.encode(text).ids.length)
    const tokens = counts.reduce((sum, count) => sum + count, 0)
    expect(usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens })
  })

  test('cuts a text that is too long if the server is told to', async () => {
    await using cutting = await startTestServer({ autoTruncate: true })
    const input = 'knight '.repeat(1000)
    const answer = await cutting.post('/v1/embeddings', { model, input })
    expect(answer.status).toBe(200)
    const { data, usage } = await answer.json()
    expect(toFloat32(data)).toEqual([await embedder.embed(input, { normalize: true })])
    expect(usage.prompt_tokens).toBe(embedder.maxLength)
  })

  test.each([
    ['an empty text', { input: '' }, 400, { param: 'input' }],
    ['an empty list', { input: [] }, 400, { param: 'input' }],
    ['an empty text in a list', { input: ['knight', ''] }, 400, { param: 'input' }],
    ['a list without ids', { input: [[]] }, 400, { param: 'input' }],
    ['something else than texts', { input: [{ text: 'knight' }] }, 400, { param: 'input' }],
    ['no input', {}, 400, { param: 'input' }],
    ['no model', { input: 'knight', model: undefined }, 400, { param: 'model' }],
    ['an unknown id', { input: [1, 9_999_999] }, 400, { param: null }],
    ['an unknown encoding', { input: 'knight', encoding_format: 'hex' }, 400, { param: 'encoding_format' }],
    ['too many dimensions', { input: 'knight', dimensions: 193 }, 400, { param: 'dimensions' }],
    ['no dimensions', { input: 'knight', dimensions: 0 }, 400, { param: 'dimensions' }],
    ['a text that is too long', { input: 'knight '.repeat(1000) }, 400, { code: 'context_length_exceeded' }],
    ['too many ids', { input: Array(1000).fill(5) }, 400, { code: 'context_length_exceeded' }],
    [
      'an unknown model',
      { input: 'knight', model: 'gpt-4' },
      404,
      { code: 'model_not_found', param: 'model' },
    ],
  ])("refuses %s in the form of OpenAI's errors", async (_, body, status, fields) => {
    const answer = await server.post('/v1/embeddings', { model, ...body })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toEqual({
      error: {
        message: expect.stringMatching(/^.{10,200}\.$/),
        type: 'invalid_request_error',
        param: null,
        code: null,
        ...fields,
      },
    })
  })

  test("is refused by the client's own error classes", async () => {
    const asked = client.embeddings.create({ model: 'gpt-4', input: 'knight' })
    await expect(asked).rejects.toThrow(OpenAI.NotFoundError)
    await expect(client.embeddings.create({ model, input: '' })).rejects.toThrow(OpenAI.BadRequestError)
  })
})

describe('/v1/models', () => {
  test('lists the names that requests use, loaded or not', async () => {
    const names = ['small', 'sentence-transformers/all-MiniLM-L6-v2']
    const load = () => Promise.reject(new Error('not asked for'))
    await using server = await startTestServer({
      models: names.map((name) => ({ name, load })),
    })
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none' })
    const { data } = await client.models.list()
    expect(data).toEqual(
      names.map((id) => ({ id, object: 'model', created: expect.any(Number), owned_by: 'bert-embed' })),
    )
    for (const name of names) expect((await client.models.retrieve(name)).id).toBe(name)
    await expect(client.models.retrieve('gpt-4')).rejects.toThrow(OpenAI.NotFoundError)
  })
})
