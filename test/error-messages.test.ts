/** The messages that docs/errors.md quotes are those of the library. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ErrorCode } from '../src/errors.js'
import { createGraphBuilder } from '../src/model/onnx/graph-builder.js'
import { modelToBytes } from '../src/model/onnx/onnx-proto.js'
import {
  cosineSimilarity,
  createEmbedder,
  type Embedder,
  engineBackend,
  fileCache,
  type HubSourceOptions,
  hubSource,
  type ModelOptions,
  memorySource,
  nodeBackend,
  type OrtNodeModule,
  packModel,
  semanticSearch,
  similarityMatrix,
} from '../src/node.js'
import { readFiles, smallCheckpoint } from './support/fixtures.js'
import { type FakeHub, startHub } from './support/hub-server.js'

const page = readFileSync(fileURLToPath(new URL('../docs/errors.md', import.meta.url)), 'utf8')

/** The quoted messages by their code: each line of a text block that is not indented begins one. */
const quoted = new Map(
  page
    .split(/^#{2,3} /m)
    .map((section) => [
      /^`([A-Z_]+)`\n/.exec(section)?.[1],
      Array.from(section.matchAll(/^```text\n(.*?)\n```$/gms)).flatMap(([, lines = '']) =>
        lines.replaceAll('\n  ', ' ').split('\n'),
      ),
    ]),
)

/** Beginnings of messages that need a machine without onnxruntime-node, without CUDA, or with a GPU that computes wrongly. */
const needOtherMachines = [
  'onnxruntime-node could not be imported',
  'onnxruntime-node could not load the model: OrtSessionOptionsAppendExecutionProvider_Cuda',
  'webgpu results differ by',
]

const directory = mkdtempSync(join(tmpdir(), 'bert-embed-messages-'))
const files = readFiles('bert-small-untrained')
const hubModel = 'sentence-transformers/all-MiniLM-L6-v2'
const inThread = engineBackend({ worker: false })
const lfsPointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 90868376\n'

let hub: FakeHub
let closedEndpoint: string
let embedder: Embedder
beforeAll(async () => {
  embedder = await load()
  const closed = await startHub({})
  closedEndpoint = closed.endpoint
  await closed.close()
  hub = await startHub({ [hubModel]: files, 'owner/changed': files })
  hub.intercept = ({ url = '' }, response) => {
    if (url.includes('/owner/private/')) response.writeHead(401).end()
    else if (url.includes('/owner/gated/')) response.writeHead(403, { 'x-error-code': 'GatedRepo' }).end()
    else if (url.includes('/owner/busy/')) response.writeHead(503).end()
    else if (url.startsWith('/portal/')) response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')
    else if (/\/owner\/changed\/resolve\/.*\/config.json/.test(url))
      response.writeHead(200, { etag: '"changed"' }).end(files['config.json']!.map((byte) => byte ^ 1))
    else return false
    return true
  }
  for (const name of ['cache', 'public']) writeFileSync(join(directory, name), '') // no directories
  mkdirSync(join(directory, 'model'))
  symlinkSync('config.json', join(directory, 'model/config.json')) // a link to itself
})
afterAll(async () => {
  await embedder.dispose()
  await hub.close()
  rmSync(directory, { recursive: true })
})

type Changes = Readonly<Record<string, Uint8Array | string | undefined>>

/** Loads the small checkpoint with other files in place of some of its own. */
function load(changes: Changes = {}, options: ModelOptions = {}): Promise<Embedder> {
  const changed = Object.entries({ ...files, ...changes }).filter(([, content]) => content !== undefined)
  const model = memorySource(Object.fromEntries(changed) as typeof files, { name: 'my-model' })
  return createEmbedder({ model, backend: inThread, ...options })
}

function loadFromHub(name: string, options: HubSourceOptions = {}): Promise<Embedder> {
  const source = hubSource(name, { endpoint: hub.endpoint, maxRetries: 0, token: false, ...options })
  return createEmbedder({ model: source, backend: inThread })
}

function configWith(fields: object): Changes {
  const config = JSON.parse(new TextDecoder().decode(files['config.json']))
  return { 'config.json': JSON.stringify({ ...config, ...fields }) }
}

const vector = new Float32Array(384)

/** For each code, calls that fail with it, in the order of the page. */
const failures: Readonly<Record<ErrorCode, readonly (() => unknown)[]>> = {
  INVALID_TEXT: [() => embedder.embed(['knight', undefined as unknown as string])],
  INVALID_OPTION: [
    () => embedder.embed('knight', { nomalize: true } as object),
    () => load({}, { maxLength: 1024 }),
    () => load({}, { backend: nodeBackend(), dtype: 'q4' }),
  ],
  INVALID_TENSOR: [
    () => cosineSimilarity(vector, new Float32Array(768)),
    () => semanticSearch(vector, [new Uint8Array(48)]),
    () => similarityMatrix(vector as never, [vector]),
  ],
  TEXT_TOO_LONG: [() => embedder.embed('knight '.repeat(1000), { overflow: 'error' })],
  DISPOSED: [
    async () => {
      const disposed = await load()
      await disposed.dispose()
      return disposed.embed('knight')
    },
  ],
  MODEL_NOT_FOUND: [
    () => createEmbedder({ model: join(directory, 'models/mini') }),
    () => loadFromHub('all-MiniLM-L6'),
    () => loadFromHub(hubModel, { revision: 'v9' }),
  ],
  FILE_NOT_FOUND: [
    () => createEmbedder({ model: directory }),
    () => load({ 'model.safetensors': undefined }),
    () => load({ 'tokenizer.json': undefined, 'vocab.txt': undefined }),
  ],
  FILE_TOO_LARGE: [() => load({ 'tokenizer.json': new Uint8Array(130 * 2 ** 20) })],
  INVALID_TEXT_FILE: [() => load({ 'config.json': Uint8Array.of(0xff, 0xfe, 0x7b, 0) })],
  INVALID_JSON: [
    () => load({ 'config.json': '<!doctype html>' }),
    () => load({ 'tokenizer.json': lfsPointer }),
  ],
  INVALID_CONFIG: [() => load(configWith({ hidden_size: 100, num_attention_heads: 12 }))],
  UNSUPPORTED_MODEL: [() => load(configWith({ model_type: 't5' }))],
  INVALID_TOKENIZER: [
    () => load({ 'tokenizer.json': '{"model": {"type": "WordLevel", "vocab": {"knight": 0}}}' }),
    () => load(configWith({ vocab_size: 1000 })),
  ],
  INVALID_SAFETENSORS: [
    () => load({ 'model.safetensors': files['model.safetensors']!.subarray(0, 100_000) }),
    () => load({ 'model.safetensors': lfsPointer }),
  ],
  INVALID_ONNX: [
    () => load({ 'onnx/model.onnx': '<!doctype html>' }, { backend: nodeBackend(), onnx: true }),
  ],
  MISSING_TENSOR: [() => load(configWith({ num_hidden_layers: 12 }))],
  INVALID_WEIGHTS: [() => load(configWith({ vocab_size: 30522 }))],
  UNAUTHORIZED: [() => loadFromHub('owner/private'), () => loadFromHub('owner/gated')],
  HTTP_STATUS: [
    () => loadFromHub('owner/busy'),
    () => loadFromHub(hubModel, { endpoint: `${hub.endpoint}/portal` }),
  ],
  NETWORK: [() => loadFromHub(hubModel, { endpoint: closedEndpoint })],
  DAMAGED_DOWNLOAD: [() => loadFromHub('owner/changed', { cache: fileCache(join(directory, 'empty')) })],
  OFFLINE: [() => createEmbedder({ model: hubModel, offline: true, cacheDir: join(directory, 'empty') })],
  READ_FAILED: [() => createEmbedder({ model: join(directory, 'model') })],
  CACHE_FAILED: [() => loadFromHub(hubModel, { cache: fileCache(join(directory, 'cache')) })],
  WRITE_FAILED: [() => packModel({ model: smallCheckpoint, out: join(directory, 'public/mini-q8') })],
  MISSING_PEER: [() => load({}, { backend: nodeBackend({ ort: oldOrt }) })],
  UNSUPPORTED_DEVICE: [() => load({}, { device: 'webgpu' })],
  BACKEND_FAILED: [
    () => load({ 'onnx/model.onnx': graphWithUnknownOperator() }, { backend: nodeBackend(), onnx: true }),
  ],
  OUT_OF_MEMORY: [
    () => load(configWith({ num_hidden_layers: 16, hidden_size: 4096, intermediate_size: 16384 })),
  ],
  WRONG_RESULT: [],
}
const oldOrt = {
  InferenceSession: { create() {} },
  Tensor: class {},
  env: { versions: { common: '1.20.1', node: '1.20.1' } },
} as unknown as OrtNodeModule

test.each(Object.entries(failures))(
  'the messages that docs/errors.md quotes for %s are real',
  async (code, calls) => {
    const messages = (quoted.get(code) ?? []).filter(
      (message) => !needOtherMachines.some((beginning) => message.startsWith(beginning)),
    )
    const thrown = await Promise.all(calls.map(messageOf))
    expect(thrown.map(({ code }) => code)).toEqual(calls.map(() => code))
    expect(thrown.map(({ message }, index) => likeQuote(message, messages[index]))).toEqual(
      messages.map((message) => likeQuote(message, message)),
    )
  },
)

function graphWithUnknownOperator(): Uint8Array {
  const graph = createGraphBuilder()
  const ids = graph.input('input_ids', 'int64', ['batch', 'tokens'])
  graph.output('last_hidden_state', graph.op('Embed', [ids]), 'float32', ['batch', 'tokens', 64])
  return modelToBytes(graph.build('model'))
}

async function messageOf(call: () => unknown): Promise<{ code?: string; message: string }> {
  try {
    await call()
  } catch (error) {
    return error as Error & { code?: string }
  }
  return { message: 'no error' }
}

/** The message with the page's names of places, without the system's own reason, and as far as it is quoted. */
function likeQuote(message: string, quote: string | undefined): string {
  const places = message
    .replaceAll(directory, '/srv/app')
    .replaceAll(`${hub.endpoint}/portal`, 'https://huggingface.co')
    .replaceAll(hub.endpoint, 'https://huggingface.co')
    .replaceAll(closedEndpoint, 'https://huggingface.co')
    .replace(/: (?:connect |getaddrinfo )?E[A-Z]+.*/, ': ')
  return quote?.endsWith('…') ? places.slice(0, quote.length - 1) : places
}
