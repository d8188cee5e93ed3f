/** The API of text-embeddings-inference, asked as its documentation does. */

import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cosineSimilarity, createEmbedder, type Embedder } from '../../src/index.node.js'
import { loadTrained, startTestServer, type TestServer } from '../support/embedding-server.js'
import { checkpointPath, trainedCheckpoint } from '../support/fixtures.js'

const texts = ['A knight rode out at dawn.', 'Stir the soup.', 'ships']
const tooLong = `${'sea '.repeat(600)} knight`

let embedder: Embedder
let server: TestServer
beforeAll(async () => {
  embedder = await loadTrained()
  server = await startTestServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await embedder.dispose()
})

async function ask(path: string, body: unknown) {
  const answer = await server.post(path, body)
  return { status: answer.status, body: await answer.json() }
}
const toFloat32 = (vectors: readonly (readonly number[])[]) => vectors.map((row) => Float32Array.from(row))

describe('POST /embed', () => {
  test.each([
    ['{"inputs": "What is Deep Learning?"}', {}],
    ['{"inputs": "What is Deep Learning?", "normalize": true, "prompt_name": null, "truncate": false}', {}],
    ['{"inputs": "What is Deep Learning?", "truncation_direction": "Right", "dimensions": null}', {}],
    ['{"inputs": "What is Deep Learning?", "normalize": false}', { normalize: false }],
    ['{"inputs": "What is Deep Learning?", "dimensions": 8}', { truncateDim: 8 }],
    ['{"inputs": ["What is Deep Learning?"]}', {}],
  ])("answers %s with the library's vector, bit for bit", async (body, options) => {
    const answer = await server.post('/embed', body)
    const expected = await embedder.embed(['What is Deep Learning?'], { normalize: true, ...options })
    expect(toFloat32(await answer.json())).toEqual(expected)
  })

  test('answers a list with a vector for each text, in order', async () => {
    const { body } = await ask('/embed', { inputs: texts })
    expect(toFloat32(body)).toEqual(await embedder.embed(texts, { normalize: true }))
  })

  test('takes token ids, alone and among texts', async () => {
    const ids = Array.from(embedder.tokenizer.encode(texts[1]!).ids)
    const expected = await embedder.embed(texts, { normalize: true })
    expect(toFloat32((await ask('/embed', { inputs: ids })).body)).toEqual([expected[1]])
    const mixed = await ask('/embed', { inputs: [texts[0], ids, texts[2]] })
    expect(toFloat32(mixed.body)).toEqual(expected)
  })

  test('cuts a text that is too long, at the end that the request names', async () => {
    const cut = async (truncation_direction?: string) =>
      toFloat32((await ask('/embed', { inputs: tooLong, truncate: true, truncation_direction })).body)
    const expected = await embedder.embed(tooLong, { normalize: true })
    expect(await cut()).toEqual([expected])
    expect(await cut('right')).toEqual([expected])
    const { maxLength } = embedder
    const { ids } = embedder.tokenizer.encode(tooLong, { maxLength, truncationSide: 'left' })
    expect(await cut('left')).toEqual(await embedder.embedTokens([ids], { normalize: true }))
  })

  test('puts the prompt that the request names before each text', async () => {
    const load = () => createEmbedder({ model: checkpointPath('sentence-transformers-new'), device: 'wasm' })
    await using prompted = await load()
    await using server = await startTestServer({ models: [{ name: 'prompted', load }] })
    const [name, prompt] = Object.entries(prompted.prompts)[0]!
    const answer = await server.post('/embed', { inputs: texts, prompt_name: name })
    expect(toFloat32(await answer.json())).toEqual(await prompted.embed(texts, { prompt, normalize: true }))
    const tokens = await server.post('/tokenize', { inputs: 'knight', prompt_name: name })
    expect((await tokens.json())[0].map(({ id }: { id: number }) => id)).toEqual(
      Array.from(prompted.tokenizer.encode(`${prompt}knight`).ids),
    )
    const unknown = await server.post('/embed', { inputs: texts, prompt_name: 'no such prompt' })
    expect(unknown.status).toBe(422)
    expect((await unknown.json()).error).toContain(name)
  })
})

describe('POST /embed_all', () => {
  test("answers with the encoder's output for every token", async () => {
    const before = await server.metric('bert_embed_tokens_total{model="small"}')
    const { body } = await ask('/embed_all', { inputs: texts })
    for (const [index, text] of texts.entries()) {
      const { lastHiddenState } = await embedder.forward(text)
      expect(Float32Array.from(body[index].flat())).toEqual(lastHiddenState.data)
      expect(body[index]).toHaveLength(lastHiddenState.shape[1]!)
    }
    expect(await server.metric('bert_embed_tokens_total{model="small"}')).toBe(before + body.flat().length)
    expect((await ask('/embed_all', { inputs: texts[0] })).body).toEqual([body[0]])
  })

  test('refuses a text that is too long wherever it is in the list', async () => {
    const { status } = await ask('/embed_all', { inputs: [texts[0], tooLong] })
    expect(status).toBe(422)
    const { body } = await ask('/embed_all', { inputs: [texts[0], tooLong], truncate: true })
    expect(body[1]).toHaveLength(embedder.maxLength)
  })

  test('gives its places back', async () => {
    expect(await server.metric('bert_embed_waiting_texts')).toBe(0)
  })
})

test('POST /similarity answers with the cosine of the first text and each of the others', async () => {
  const [source_sentence, ...sentences] = texts
  const { body } = await ask('/similarity', {
    inputs: { source_sentence, sentences },
    parameters: { truncate: false },
  })
  const [source, ...others] = await embedder.embed(texts, { normalize: false })
  expect(body).toEqual(others.map((vector) => cosineSimilarity(source!, vector)))
})

test.each([true, false])(
  'POST /tokenize lists the tokens of each text, special tokens: %s',
  async (special) => {
    const { body } = await ask('/tokenize', { inputs: texts, add_special_tokens: special })
    for (const [index, text] of texts.entries()) {
      const encoding = embedder.tokenizer.encode(text, { addSpecialTokens: special })
      expect(body[index]).toEqual(
        encoding.tokens.map((token, nth) => ({
          id: encoding.ids[nth],
          text: token,
          special: encoding.specialTokensMask[nth] === 1,
          start: null,
          stop: null,
        })),
      )
    }
  },
)

test('POST /tokenize makes its answer while the client reads it', async () => {
  const inputs = Array<string>(100).fill('!'.repeat(64_000))
  const answer = await server.post('/tokenize', { inputs })
  const reader = answer.body!.getReader()
  await reader.read()
  expect(await server.metric('bert_embed_waiting_texts')).toBe(100)
  await reader.cancel()
  await expect.poll(() => server.metric('bert_embed_waiting_texts')).toBe(0)
})

test('GET /info describes the model and the limits', async () => {
  const info = await (await fetch(`${server.url}/info`)).json()
  expect(info).toMatchObject({
    model_id: embedder.model,
    model_dtype: 'float32',
    model_type: { embedding: { pooling: 'mean' } },
    served_model_name: 'small',
    max_input_length: 256,
    max_client_batch_size: 2048,
    auto_truncate: false,
  })
})

test('GET /info names the format of the weights that were loaded', async () => {
  const load = () => createEmbedder({ model: trainedCheckpoint, device: 'wasm', dtype: 'q8', cache: false })
  await using server = await startTestServer({ models: [{ name: 'small', load }] })
  expect(await (await fetch(`${server.url}/info`)).json()).toMatchObject({ model_dtype: 'q8' })
})

test('GET /health answers without a body', async () => {
  const answer = await fetch(`${server.url}/health`)
  expect([answer.status, await answer.text()]).toEqual([200, ''])
})

test('GET /health answers a load balancer that speaks HTTP/1.0 and sends no Host', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.end('GET /health HTTP/1.0\r\n\r\n')
  expect(await text(socket)).toMatch(/^HTTP\/1.1 200 OK\r\n/)
})

test('each model has its own paths, and the first one those without a name', async () => {
  const names = ['small', 'owner/other']
  const models = names.map((name) => ({ name, load: () => loadTrained() }))
  await using server = await startTestServer({ models })
  const nameOf = async (path: string) => (await (await fetch(server.url + path)).json()).served_model_name
  expect(await nameOf('/info')).toBe('small')
  expect(await nameOf('/models/owner%2Fother/info')).toBe('owner/other')
  expect(await nameOf('/models/owner/other/info')).toBe('owner/other')
  const [vector] = await (await server.post('/models/owner/other/embed', { inputs: 'ships' })).json()
  expect(Float32Array.from(vector)).toEqual(await embedder.embed('ships', { normalize: true }))
  expect((await fetch(`${server.url}/models/unknown/info`)).status).toBe(404)
})

test.each([
  ['no inputs', '/embed', {}, 422, 'Validation'],
  ['an empty text', '/embed', { inputs: '' }, 400, 'Empty'],
  ['an empty list', '/embed', { inputs: [] }, 400, 'Empty'],
  ['no sentences', '/similarity', { inputs: { source_sentence: 'a', sentences: [] } }, 400, 'Empty'],
  ['other inputs', '/similarity', { inputs: 'a' }, 422, 'Validation'],
  ['ids to tokenize', '/tokenize', { inputs: [1, 2] }, 422, 'Validation'],
  ['an unknown id', '/embed', { inputs: [99_999_999] }, 422, 'Validation'],
  ['a text that is too long', '/embed', { inputs: tooLong }, 422, 'Validation'],
  ['a text of too many characters', '/tokenize', { inputs: 'a'.repeat(65_000) }, 422, 'Validation'],
  ['too many dimensions', '/embed', { inputs: 'a', dimensions: 1000 }, 422, 'Validation'],
  ['an unknown direction', '/embed', { inputs: 'a', truncation_direction: 'up' }, 422, 'Validation'],
  ['an unknown path', '/predict', { inputs: 'a' }, 404, 'Validation'],
])('%s is refused in its form', async (_, path, body, status, error_type) => {
  const error = expect.stringMatching(/^.{10,200}\.$/)
  expect(await ask(path, body)).toEqual({ status, body: { error, error_type } })
})
