/** Every function with options refuses unknown names and wrong values. */

import { tmpdir } from 'node:os'
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { webBackend } from '../src/backends/ort/ort.web.js'
import type { OptionChecks } from '../src/checks/check-options.js'
import { createEmbedder as createWebEmbedder } from '../src/create-embedder.web.js'
import type { Embedder, EmbedOptions, TokenizeOptions } from '../src/embedder/embedder-types.js'
import type { LoadOptions } from '../src/loading/load-options.js'
import {
  clsPooling,
  createEmbedder,
  createTensor,
  createTokenizer,
  directorySource,
  disposeEmbedders,
  type EmbedCallOptions,
  embed,
  fileCache,
  hubSource,
  loadEmbedder,
  type ModelOptions,
  meanPooling,
  memorySource,
  nodeBackend,
  padEncodings,
  pool,
  quantizeEmbeddings,
  semanticSearch,
  similarityMatrix,
  truncateEmbeddings,
  type UrlSourceOptions,
  urlSource,
  wrapTokenizer,
} from '../src/node.js'
import { browserCache } from '../src/sources/cache/browser-cache.web.js'
import { urlOptions as urlChecks } from '../src/sources/source-options.js'
import { readFiles, readJson, smallCheckpoint } from './support/fixtures.js'

const model = memorySource(readFiles('tiny-relu'))
const vectors = [new Float32Array([1, 2]), new Float32Array([3, 4])]
const hidden = createTensor('float32', new Float32Array(4), [1, 2, 2])
const mask = createTensor('int32', new Int32Array([1, 1]), [1, 2])
const tokenizer = createTokenizer({ vocab: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'knight'] })

let embedder: Embedder
beforeAll(async () => {
  embedder = await createEmbedder({ model: smallCheckpoint })
})
afterAll(async () => {
  await embedder.dispose()
  await disposeEmbedders()
})

const huggingFace = new HuggingFaceTokenizer(readJson('bert-small-untrained', 'tokenizer.json'), {})

type Options = Readonly<Record<string, unknown>>
interface Subject {
  readonly call: (options: never) => unknown
  /** Options with which the call succeeds. @default {} */
  readonly right?: Options
  /** For each option, values that it refuses. */
  readonly wrong: Readonly<Record<string, readonly unknown[]>>
  /** Misspelt names of options, each with the option that was meant. */
  readonly misspelt: Readonly<Record<string, string>>
}

const notBoolean = [0, 'false', null, {}]
const notFunction = ['x', {}, true, null]
const notName = ['', 5, false, null, {}]
const notCount = [0, -1, 1.5, '1', Number.NaN, null]
const notAmount = [-1, '5', Number.NaN, null]
const notSignal = [{}, new AbortController(), true, null, { aborted: false, addEventListener() {} }]
const notCache = [true, {}, 'x', null, { open() {} }]

const requestOptions = {
  fetch: notFunction,
  token: [true, 5, null, {}, 'a\nb', 'schlüssel'],
  timeoutMs: notAmount,
  maxRetries: notAmount,
  retryDelayMs: notAmount,
}
const urlOptions = { ...requestOptions, cache: notCache, offline: notBoolean }
const hubOptions = { ...urlOptions, revision: notName, endpoint: [...notName, 'nowhere'] }
const loadOptions: Record<keyof LoadOptions, readonly unknown[]> = {
  signal: notSignal,
  onProgress: notFunction,
  dtype: ['fp8', '', null, 8],
  device: notName,
  threads: notCount,
  sessions: notCount,
  maxBatchTokens: notCount,
  onnx: ['', 1, null, {}],
  tokenizer: [
    true,
    {},
    null,
    huggingFace,
    { ...tokenizer, encode: undefined },
    { ...tokenizer, countSpecialTokens: 2 },
    { ...tokenizer, vocabSize: '6' },
    { ...tokenizer, maxLength: 0 },
    { ...tokenizer, padToken: '[PAD]' },
    { ...tokenizer, padToken: { ...tokenizer.padToken, id: 6 } },
    { ...tokenizer, paddingSide: 'middle' },
    { ...tokenizer, encodesPieces: 1 },
  ],
  pooling: ['median', [], null, {}, 5, ['mean', 'median']],
  normalize: notBoolean,
  maxLength: notCount,
}
const modelOptions: Record<keyof ModelOptions, readonly unknown[]> = {
  ...hubOptions,
  endpoint: notName,
  ...loadOptions,
  model: ['', 5, null, {}, new URL('https://example.org'), 'file://host/model'],
  cacheDir: notName,
  backend: [{}, null, 'cpu', true],
}
const embedOptions: Record<keyof EmbedOptions, readonly unknown[]> = {
  signal: notSignal,
  onProgress: notFunction,
  pooling: loadOptions.pooling,
  normalize: notBoolean,
  maxLength: notCount,
  overflow: ['cut', '', null, true],
  windowOverlap: [-1, 1.5, '1', null],
  truncateDim: notCount,
  prompt: [5, null, {}, false],
  precision: ['int4', '', null, 8],
  ranges: [5, null, [[1]], 'x'],
}
const tokenizeOptions: Record<keyof TokenizeOptions, readonly unknown[]> = {
  maxLength: notCount,
  overflow: embedOptions.overflow,
  windowOverlap: embedOptions.windowOverlap,
  padding: ['max', true, null],
}
const embedNames = {
  normalise: 'normalize',
  promptName: 'prompt',
  max_length: 'maxLength',
  poling: 'pooling',
}
const modelNames = { normalise: 'normalize', quantized: 'dtype', cache_dir: 'cacheDir', tokne: 'token' }
const poolingSubject = { wrong: { normalize: notBoolean }, misspelt: { normalise: 'normalize' } }

const subjects: Readonly<Record<string, Subject>> = {
  createEmbedder: {
    call: (options: ModelOptions) => createEmbedder(options),
    right: { model },
    wrong: modelOptions,
    misspelt: modelNames,
  },
  "the Web's createEmbedder": {
    call: (options: ModelOptions) => createWebEmbedder(options),
    wrong: { ...modelOptions, model: ['', 5, null, {}, 'http://[', './model'] },
    misspelt: modelNames,
  },
  embed: {
    call: (options: EmbedCallOptions) => embed('knight', options),
    right: { model },
    wrong: { ...modelOptions, ...embedOptions },
    misspelt: { ...modelNames, ...embedNames, batchSize: 'maxBatchTokens' },
  },
  loadEmbedder: {
    call: (options) => loadEmbedder(model, nodeBackend(), options),
    wrong: loadOptions,
    misspelt: { maxlen: 'maxLength', treads: 'threads' },
  },
  'embedder.embed': {
    call: (options) => embedder.embed('knight', options),
    wrong: embedOptions,
    misspelt: embedNames,
  },
  'embedder.embedQuery': {
    call: (options) => embedder.embedQuery('knight', options),
    wrong: embedOptions,
    misspelt: embedNames,
  },
  'embedder.embedDocuments': {
    call: (options) => embedder.embedDocuments(['knight'], options),
    wrong: embedOptions,
    misspelt: embedNames,
  },
  'embedder.embedTokens': {
    call: (options) => embedder.embedTokens([[1]], options),
    wrong: { normalize: notBoolean, signal: notSignal },
    misspelt: { normalise: 'normalize', truncateDimm: 'truncateDim' },
  },
  'embedder.embedStream': {
    call: (options) => void embedder.embedStream(['knight'], options),
    wrong: embedOptions,
    misspelt: embedNames,
  },
  'embedder.forward': {
    call: (options) => embedder.forward('knight', options),
    wrong: { ...tokenizeOptions, signal: notSignal },
    misspelt: { max_length: 'maxLength', pading: 'padding' },
  },
  'embedder.tokenize': {
    call: (options) => embedder.tokenize('knight', options),
    wrong: tokenizeOptions,
    misspelt: { max_length: 'maxLength', pading: 'padding' },
  },
  similarityMatrix: {
    call: (options) => similarityMatrix(vectors, vectors, options),
    wrong: { metric: ['Cosine', '', null] },
    misspelt: { metrics: 'metric' },
  },
  semanticSearch: {
    call: (options) => semanticSearch(vectors, vectors, options),
    wrong: {
      topK: notCount,
      metric: ['l2', null],
      precision: ['int4', null],
      ranges: embedOptions.ranges,
      rescore: notBoolean,
      rescoreMultiplier: notCount,
    },
    misspelt: { top_k: 'topK', precison: 'precision' },
  },
  quantizeEmbeddings: {
    call: (options) => quantizeEmbeddings(vectors, options),
    right: { precision: 'binary' },
    wrong: { precision: ['int4', null], ranges: embedOptions.ranges, calibration: [5, 'x', true, null] },
    misspelt: { precison: 'precision', range: 'ranges' },
  },
  truncateEmbeddings: {
    call: (options) => truncateEmbeddings(vectors, options),
    right: { truncateDim: 1 },
    wrong: { truncateDim: notCount, normalize: notBoolean },
    misspelt: { normalise: 'normalize', truncate_dim: 'truncateDim' },
  },
  hubSource: {
    call: (options) => hubSource('owner/name', options),
    wrong: hubOptions,
    misspelt: { revison: 'revision', accessToken: 'token', timeout: 'timeoutMs' },
  },
  urlSource: {
    call: (options) => urlSource('https://example.org/model', options),
    wrong: urlOptions,
    misspelt: { ofline: 'offline', retries: 'maxRetries' },
  },
  directorySource: {
    call: (options) => directorySource(smallCheckpoint, options),
    wrong: { cache: notCache },
    misspelt: { caches: 'cache' },
  },
  memorySource: {
    call: (options) => memorySource({}, options),
    wrong: { name: notName },
    misspelt: { names: 'name' },
  },
  fileCache: {
    call: (options) => fileCache(tmpdir(), options),
    wrong: { symlinks: notBoolean },
    misspelt: { symlink: 'symlinks' },
  },
  browserCache: {
    call: (options) => browserCache(options),
    wrong: { name: notName, caches: [{}, null, 'x'] },
    misspelt: { cache: 'caches' },
  },
  nodeBackend: {
    call: (options) => nodeBackend(options),
    right: { ort },
    wrong: { ort: [{}, 'onnxruntime-node', null, { InferenceSession: {} }], worker: ['yes', 1, null, {}] },
    misspelt: { workers: 'worker' },
  },
  webBackend: {
    call: (options) => webBackend(options),
    wrong: {
      ort: [{}, 'onnxruntime-web', null],
      worker: ['yes', 1, null, {}],
      wasmPaths: ['', 5, null, {}, 'http://['],
    },
    misspelt: { wasmPath: 'wasmPaths' },
  },
  meanPooling: { call: (options) => meanPooling(hidden, mask, options), ...poolingSubject },
  clsPooling: { call: (options) => clsPooling(hidden, options), ...poolingSubject },
  pool: {
    call: (options) => pool(hidden, mask, options),
    right: { pooling: 'mean' },
    wrong: { pooling: loadOptions.pooling, normalize: notBoolean },
    misspelt: { poolin: 'pooling', normalise: 'normalize' },
  },
  'tokenizer.countSpecialTokens': {
    call: (options) => tokenizer.countSpecialTokens(options),
    wrong: { pair: notBoolean },
    misspelt: { pairs: 'pair' },
  },
  'tokenizer.encode': {
    call: (options) => tokenizer.encode('knight', options),
    wrong: {
      maxLength: [-1, 1.5, '8', null],
      addSpecialTokens: notBoolean,
      truncation: ['longest', null],
      truncationSide: ['middle', null],
    },
    misspelt: { add_special_tokens: 'addSpecialTokens', text_pair: 'textPair' },
  },
  wrapTokenizer: {
    call: (options) => wrapTokenizer(huggingFace, options),
    wrong: {
      maxLength: notCount,
      padToken: [5, null, '[NONE]'],
      paddingSide: ['middle', null],
      truncationSide: ['middle', null],
    },
    misspelt: { pad_token: 'padToken', max_length: 'maxLength' },
  },
  createTokenizer: {
    call: (options) => createTokenizer(options),
    right: { vocab: '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n' },
    wrong: { doLowerCase: notBoolean, lowercase: notBoolean },
    misspelt: { do_lower_case: 'doLowerCase', tokenizer_config: 'tokenizerConfig' },
  },
}

const refused = (message = '') =>
  expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(message) })

describe.each(Object.entries(subjects))('%s', (name, { call, right = {}, wrong, misspelt }) => {
  /** Returns what the call throws, synchronously or by its promise. */
  async function errorOf(options: unknown): Promise<unknown> {
    try {
      await call(options as never)
    } catch (error) {
      return error
    }
    return undefined
  }
  const values = Object.entries(wrong).flatMap(([option, values]) =>
    values.map((value) => [option, value] as const),
  )

  test.each(values)(`${name} refuses the option %s with the value %o`, async (option, value) => {
    expect(await errorOf({ ...right, [option]: value })).toEqual(refused(option))
  })

  test.each(Object.entries(misspelt))(
    `${name} refuses the option %s and asks whether %s was meant`,
    async (option, meant) => {
      expect(await errorOf({ ...right, [option]: true })).toEqual(refused(`did you mean ${meant}?`))
    },
  )

  test.each(['constructor', '__proto__', 'x'])(
    `${name} refuses the option %s and names all options`,
    async (option) => {
      const options = Object.fromEntries([...Object.entries(right), [option, 1]])
      expect(await errorOf(options)).toEqual(refused(Object.keys(wrong)[0]))
    },
  )

  if (name !== 'createTokenizer')
    test.each([null, 'cls', 5, true, [[]], () => {}])(
      `${name} refuses %o instead of options`,
      async (options) => {
        expect(await errorOf(options)).toEqual(refused())
      },
    )
})

describe('undefined options', () => {
  test.each(Object.entries(subjects).filter(([name]) => !name.startsWith("the Web's")))(
    '%s treats an option that is undefined as absent',
    async (_, { call, right = {}, wrong }) => {
      const absent = Object.keys(wrong).map((option) => [option, undefined])
      await call({ ...Object.fromEntries(absent), unknown: undefined, ...right } as never)
    },
  )
})

describe('arguments before the options', () => {
  const withoutSide = { padToken: tokenizer.padToken }

  // biome-ignore format: one function a line
  test.each([
    ['wrapTokenizer', (value: never) => wrapTokenizer(value), [5, null, {}, tokenizer]],
    ['hubSource', (value: never) => hubSource(value), [5, null, '', '../x', {}]],
    ['urlSource', (value: never) => urlSource(value), [5, null, '', 'x', {}]],
    ['directorySource', (value: never) => directorySource(value), [5, null, '', {}]],
    ['fileCache', (value: never) => fileCache(value), [5, null, '', false, {}]],
    ['memorySource', (value: never) => memorySource(value), [5, null, 'x', { a: 5 }, { a: new ArrayBuffer(1) }]],
    ['padEncodings', (value: never) => padEncodings([], value), [undefined, {}, withoutSide, { ...tokenizer, paddingSide: 'lft' }]],
  ])('%s refuses wrong arguments before its options', (_, call, values) => {
    for (const value of values) expect(() => call(value as never)).toThrow(refused())
  })

  test('loadEmbedder refuses a wrong source and a wrong backend', async () => {
    for (const value of [{}, null, 'x'] as never[]) {
      await expect(loadEmbedder(value, nodeBackend())).rejects.toThrow(refused('source'))
      await expect(loadEmbedder(model, value)).rejects.toThrow(refused('backend'))
    }
  })
})

test('an option without a check does not compile', () => {
  // @ts-expect-error: there is no check for `other`.
  const checks: OptionChecks<UrlSourceOptions & { readonly other?: string }> = urlChecks
  expect(checks).toBe(urlChecks)
})

test('the message about a wrong token does not contain the token', async () => {
  const loading = createEmbedder({ model, token: 'hf_secret\nx' })
  await expect(loading).rejects.toThrow(expect.not.stringContaining('secret'))
})

test('the message about an unknown option names the function, the option, the nearest name and all names', () => {
  expect(() => fileCache('.', { symlnks: true } as never)).toThrow(
    'fileCache has no option "symlnks": did you mean symlinks? It takes symlinks.',
  )
})
